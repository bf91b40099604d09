// The time bar: bars of reports over the period; drag, or move the handles by arrow keys, to see a part of it.
import { app, on, setView } from './app.js';
import { byId, el, fill, measureOut } from './el.js';
import { addDays, day, isoDay, month, number } from './format.js';
import { icon } from './icons.js';
import { t } from './i18n.js';
import { isPlaying, singleDay, toggleReplay } from './replay.js';

const BUTTONS_PX = 150;
/** Room that a date with its year takes on the axis. */
const LABEL_PX = 112;

/** The bars the window lies on: kept while a window inside them is chosen. @type {{unit: string, starts: string[], counts: number[], end: string} | null} */
let bars = null;
/** The window as bar numbers [first, behind the last]. @type {[number, number] | null} */
let chosen = null;
let ours = false;

export function startTimebar() {
  on('desk', take);
  on('replay', (step) => { highlight(step); });
  on('playing', draw);
  new ResizeObserver(draw).observe(byId('map'));
}

/** @param {any} desk */
function take(desk) {
  const place = byId('timebar');
  place.hidden = !desk.plan || desk.timeline.starts.length < 2 && !bars && !singleDay();
  if (place.hidden) return;
  // A window of the bars was chosen here: keep the bars, so that the rest of the period stays in sight.
  if (!ours || !bars || (!app.view.from && !app.view.to)) {
    const end = isoDay(desk.interval.to, desk.community.tz);
    bars = { ...desk.timeline, end };
    chosen = null;
  }
  ours = false;
  draw();
}

/** ISO day at which bar i begins; behind the last one, the end. @param {number} i */
function startOf(i) {
  if (!bars) return '';
  return i < bars.starts.length ? bars.starts[i] : bars.end > bars.starts[bars.starts.length - 1] ? bars.end : addDays(bars.starts[bars.starts.length - 1], 1);
}

function draw() {
  if (!bars) return;
  const most = Math.max(1, ...bars.counts);
  const today = isoDay(app.desk.now, app.desk.community.tz);
  const live = startOf(bars.starts.length) > today && bars.starts[bars.starts.length - 1] <= today;
  const [a, b] = chosen ?? [0, bars.starts.length];
  const track = el('div', { class: 'track', on: { pointerdown: drag } },
    bars.starts.map((it, i) => measureOut(el('i', { class: `hist${i >= a && i < b ? ' in' : ''}${live && i === (bars?.starts.length ?? 0) - 1 ? ' now' : ''}`, data: { i }, title: `${label(it)}: ${number(bars?.counts[i] ?? 0)}` }), '--share', String(bars?.counts[i] / most))),
    chosen ? handles(a, b) : null);
  fill(byId('timebar'),
    el('div', { class: 'time-buttons' },
      el('button', { class: 'btn', type: 'button', id: 'replay', on: { click: () => toggleReplay(bars) } }, icon(isPlaying() ? 'pause' : 'play'), t(isPlaying() ? 'replay.stop' : singleDay() ? 'replay.day' : 'replay.start')),
      chosen ? el('button', { class: 'btn', type: 'button', on: { click: whole } }, icon('x'), t('time.whole')) : null),
    el('div', { class: 'time-body' }, track, axis(live)));
}

/** @param {string} iso */
function label(iso) {
  const at = `${iso}T12:00:00Z`;
  if (bars?.unit === 'year') return iso.slice(0, 4);
  if (bars?.unit === 'month') return month(at, 'UTC', true);
  return day(at, 'UTC', Number(app.desk.now.slice(0, 4)));
}

/** @param {boolean} live */
function axis(live) {
  if (!bars) return null;
  const n = bars.starts.length;
  const room = byId('timebar').clientWidth - BUTTONS_PX;
  const step = Math.max(1, Math.ceil(n / Math.max(2, Math.min(6, Math.floor(room / LABEL_PX)))));
  const marks = [];
  for (let i = 0; i < n; i += step) if (i === 0 || n - i > step * 0.6) marks.push(measureOut(el('span', {}, label(bars.starts[i])), 'left', `${(i / n) * 100}%`));
  if (live) marks.push(el('span', { class: 'now' }, t('time.now')));
  return el('div', { class: 'axis', aria: { hidden: 'true' } }, marks);
}

/** @param {number} a @param {number} b */
function handles(a, b) {
  const n = bars?.starts.length ?? 1;
  const handle = (/** @type {number} */ at, /** @type {'from' | 'to'} */ which) => measureOut(el('span', {
    class: `handle ${which}`, role: 'slider', tabindex: '0', aria: { label: t(`time.${which}`), valuemin: 0, valuemax: n, valuenow: at, valuetext: label(startOf(Math.min(at, n - 1))) },
    on: { keydown: (/** @type {KeyboardEvent} */ event) => nudge(event, which) },
  }), 'left', `${(at / n) * 100}%`);
  return [handle(a, 'from'), handle(b, 'to')];
}

/** @param {KeyboardEvent} event @param {'from' | 'to'} which */
function nudge(event, which) {
  const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
  if (!step || !chosen || !bars) return;
  event.preventDefault();
  event.stopPropagation();
  const [a, b] = chosen;
  if (which === 'from') choose(Math.max(0, Math.min(b - 1, a + step)), b);
  else choose(a, Math.min(bars.starts.length, Math.max(a + 1, b + step)));
  /** @type {HTMLElement | null} */ (byId('timebar').querySelector(`.handle.${which}`))?.focus();
}

/** @param {PointerEvent} start */
function drag(start) {
  const track = /** @type {HTMLElement} */ (start.currentTarget);
  if (!bars) return;
  start.preventDefault();
  const box = track.getBoundingClientRect();
  const n = bars.starts.length;
  const barAt = (/** @type {PointerEvent} */ it) => Math.max(0, Math.min(n - 1, Math.floor(((it.clientX - box.left) / box.width) * n)));
  const first = barAt(start);
  let last = first;
  const paint = () => { for (const bar of track.querySelectorAll('.hist')) { const i = Number(bar.getAttribute('data-i')); bar.classList.toggle('in', i >= Math.min(first, last) && i <= Math.max(first, last)); } };
  const follow = (/** @type {PointerEvent} */ it) => { last = barAt(it); paint(); };
  paint();
  track.setPointerCapture(start.pointerId);
  track.addEventListener('pointermove', follow);
  track.addEventListener('pointerup', () => { track.removeEventListener('pointermove', follow); choose(Math.min(first, last), Math.max(first, last) + 1); }, { once: true });
}

/** @param {number} a @param {number} b */
function choose(a, b) {
  chosen = [a, b];
  ours = true;
  draw();
  setView({ from: startOf(a), to: startOf(b) });
  ours = true;
}

function whole() {
  if (!bars) return;
  const all = { from: startOf(0), to: startOf(bars.starts.length) };
  chosen = null;
  ours = true;
  draw();
  // The whole of the default period is the default: it leaves the address.
  setView(wasDefault ? { from: '', to: '' } : all);
}

/** Was the address without an interval when these bars were made? */
let wasDefault = true;
on('desk', () => { if (!chosen) wasDefault = !app.view.from && !app.view.to; });

/** @param {any} step */
function highlight(step) {
  for (const bar of byId('timebar').querySelectorAll('.hist')) bar.classList.toggle('playing', step !== null && Number(bar.getAttribute('data-i')) === step?.index);
}
