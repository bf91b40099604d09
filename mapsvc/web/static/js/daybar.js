// A day again: the incidents of one day with the light they had, from moment to moment, played or moved by hand.
import { app, emit } from './app.js';
import { get } from './api.js';
import { byId, el, fill } from './el.js';
import { clock, number } from './format.js';
import { icon } from './icons.js';
import { t } from './i18n.js';
import { calm } from './map.js';

const STEP_S = 600;
const STEP_MS = 150;

/** @type {any} */
let day = null;
let timer = 0;
let at = 0;

/** @param {string} iso @param {() => void} end called when the day is over or left */
export async function playDay(iso, end) {
  const told = await get('/api/replay', { day: iso });
  const first = Date.parse(told.from) / 1000;
  const last = Date.parse(told.to) / 1000;
  if (!told.incidents.length || last <= first) throw new Error(t('replay.day_empty'));
  day = { ...told, first, last, end };
  document.body.classList.add('replaying-day');
  show(first);
  if (calm()) pause(); else play();
}

export function stopDay() {
  if (!day) return;
  clearInterval(timer);
  timer = 0;
  day = null;
  document.body.classList.remove('replaying-day');
  emit('replay-day', null);
}

function play() {
  if (at >= day.last) show(day.first);
  clearInterval(timer);
  timer = setInterval(() => { if (at >= day.last) pause(); else show(at + STEP_S); }, STEP_MS);
  control();
}

function pause() {
  clearInterval(timer);
  timer = 0;
  control();
}

/** The state of a moment on the map. @param {number} moment epoch seconds */
function show(moment) {
  at = Math.min(moment, day.last);
  const features = [];
  for (const it of day.incidents) {
    const light = lightAt(it.frames, at);
    if (light && light !== 'closed') features.push({ geometry: { coordinates: [it.lon, it.lat] }, properties: { id: it.id, type: it.type, grid: it.grid, light, status: light === 'waiting' ? 'reported' : 'handling', certainty: 'certain', title: '' } });
  }
  emit('replay-day', features);
  say(features);
}

/** @param {[number, string][]} frames @param {number} moment @returns {string} "" = not there yet */
export function lightAt(frames, moment) {
  let light = '';
  for (const [since, name] of frames) { if (since > moment) break; light = name; }
  return light;
}

/** @param {any[]} features */
function say(features) {
  const words = byId('mapnote').querySelector('.day-words');
  if (!words) { control(features); return; }
  const late = features.filter((it) => it.properties.light === 'red').length;
  words.textContent = t('replay.moment', { time: timeAt(at), open: number(features.length), late: number(late) });
  const slider = /** @type {HTMLInputElement} */ (byId('mapnote').querySelector('input'));
  slider.value = String(at);
  slider.setAttribute('aria-valuetext', timeAt(at));
}

/** @param {number} moment */
function timeAt(moment) {
  return clock(new Date(moment * 1000).toISOString(), app.desk.community.tz);
}

/** The bar itself; drawn when it appears and when playing begins or pauses. @param {any[] | null} [features] */
function control(features = null) {
  const note = byId('mapnote');
  const focused = note.contains(document.activeElement) ? document.activeElement?.getAttribute('data-id') : null;
  note.hidden = false;
  fill(note, el('div', { class: 'day-replay replay-words' },
    el('button', { class: 'btn', type: 'button', data: { id: 'day-play' }, aria: { label: t(timer ? 'replay.pause' : 'replay.go') }, on: { click: () => (timer ? pause() : play()) } }, icon(timer ? 'pause' : 'play')),
    el('input', { type: 'range', min: day.first, max: day.last, step: 60, value: at, data: { id: 'day-at' }, aria: { label: t('replay.moment_label') }, on: { input: (/** @type {Event} */ event) => { if (timer) pause(); show(Number(/** @type {HTMLInputElement} */ (event.target).value)); } } }),
    el('span', { class: 'day-words' }),
    el('button', { class: 'btn', type: 'button', data: { id: 'day-end' }, on: { click: day.end } }, icon('x'), t('replay.stop'))));
  if (focused) /** @type {HTMLElement | null} */ (note.querySelector(`[data-id="${focused}"]`))?.focus();
  if (features) say(features); else if (day) show(at);
}
