// One tone for a new alarm, never more than one in a while, and silent for ten minutes when somebody wants it so.
import { emit } from './app.js';

const MUTE_MS = 10 * 60000;
/** Alarms that come together are one tone. */
const PAUSE_MS = 10000;
const KEPT = 'muted-until';
const PITCH_HZ = 660;
const LENGTH_S = 0.6;
const LOUD = 0.25;

/** @type {AudioContext | null} */
let context = null;
let last = -PAUSE_MS;

/** Browsers let a page sound after a first gesture; a wall that is set up to sound needs none. */
export function startSound() {
  const wake = () => {
    context ??= new AudioContext();
    if (context.state === 'suspended') context.resume();
  };
  for (const event of ['pointerdown', 'keydown']) addEventListener(event, wake, { passive: true });
}

/** Until when it is silent, ms of this machine's clock; 0 = it is not. */
export function mutedUntil() {
  const until = Number(sessionStorage.getItem(KEPT) ?? 0);
  return until > Date.now() ? until : 0;
}

/** Silent for ten minutes, or no longer. */
export function toggleMute() {
  sessionStorage.setItem(KEPT, String(mutedUntil() ? 0 : Date.now() + MUTE_MS));
  emit('sound');
}

/** Sound once. @returns {boolean} whether it did */
export function sound() {
  if (mutedUntil() || performance.now() - last < PAUSE_MS) return false;
  if (document.documentElement.hasAttribute('data-wall')) context ??= new AudioContext();
  if (context?.state !== 'running') return false;
  last = performance.now();
  const { currentTime } = context;
  const tone = context.createOscillator();
  const gain = context.createGain();
  tone.frequency.value = PITCH_HZ;
  gain.gain.setValueAtTime(0, currentTime);
  gain.gain.linearRampToValueAtTime(LOUD, currentTime + 0.03);
  gain.gain.exponentialRampToValueAtTime(0.001, currentTime + LENGTH_S);
  tone.connect(gain).connect(context.destination);
  tone.start();
  tone.stop(currentTime + LENGTH_S);
  document.documentElement.dataset.sounded = String(Number(document.documentElement.dataset.sounded ?? 0) + 1);
  return true;
}
