// The incident in the panel: reads the case, draws its parts, follows what others do to it, and clears the map when it is left.
import { app, on } from './app.js';
import { el, fill } from './el.js';
import { t } from './i18n.js';
import { troubleCard } from './notice.js';
import { cardHead } from './panel.js';
import { advise, concerns, read } from './case/act.js';
import { calls } from './case/calls.js';
import { tick, undoNote } from './case/dispatch.js';
import { duplicates } from './case/duplicates.js';
import { factList } from './case/facts.js';
import { photos, standing, statusLine, title } from './case/head.js';
import { history } from './case/history.js';
import { drawMarkers, startMarkers } from './case/markers.js';
import { drawParts } from './case/parts.js';
import { stopPicking } from './case/picker.js';
import { pinForm } from './case/pin.js';
import { placeForm } from './case/place.js';
import { recommended } from './case/recommended.js';
import { forget, open, point } from './case/state.js';
import { advicePart, mainBar, openForm, otherSteps } from './case/steps.js';
import { outcome } from './case/trouble.js';
import { where } from './case/where.js';

const TICK_MS = 1000;
/** The accuracy circle of the shown incident. @type {any} */
let circle = null;
let started = false;
/** News of the matter itself are read at once; news of others change at most who is free, and wait this long. */
const OTHERS_MS = 10_000;
/** When it was read last, ms of this machine. */
let readAt = 0;

/** @param {HTMLElement} panel @param {string} id @param {boolean} again */
export async function showIncident(panel, id, again) {
  start();
  if (!again || open.id !== id) {
    leaveIncident();
    forget(id);
    fill(panel, el('div', { class: 'pad' }, cardHead(t('incident')), el('h1', { tabindex: '-1' }, t('loading')), el('span', { class: 'bone' }), el('span', { class: 'bone' })));
  } else if (open.case && Date.now() - readAt < OTHERS_MS) return;
  readAt = Date.now();
  try {
    await read();
  } catch (problem) {
    if (open.id !== id || /** @type {any} */ (problem).name === 'AbortError' || open.case) return;
    fill(panel, el('div', { class: 'pad' }, cardHead(t('incident')), el('h1', { tabindex: '-1' }, t('incident')), troubleCard(problem, t('error.incident'), () => showIncident(panel, id, false))));
  }
}

function start() {
  if (started) return;
  started = true;
  startMarkers();
  on('case', draw);
  on('event', (told) => { if (concerns(told)) readAgain(); });
  on('reset', readAgain);
  on('case-done', toTop);
  on('posts', () => { if (open.case) advise(); });
  setInterval(everySecond, TICK_MS);
}

/** Read it anew; what is shown stays where that fails, and the top bar says that the line is lost. */
function readAgain() {
  if (!open.case) return;
  readAt = Date.now();
  read().catch(() => {});
}

/** What was done, and how to undo it, stands at the top; the button that did it is gone. */
function toTop() {
  const panel = /** @type {HTMLElement} */ (document.getElementById('panel'));
  panel.scrollTop = 0;
  panel.querySelector('h1')?.focus({ preventScroll: true });
}

/** Waiting times and the undo run on without a question to the server. */
function everySecond() {
  if (!open.case) return;
  if (tick()) draw();
  const node = document.querySelector('#panel [data-standing]');
  const words = standing(open.case);
  if (node && node.textContent !== words) node.textContent = words;
}

function draw() {
  const panel = document.getElementById('panel');
  if (!panel || !open.case || app.view.sel !== `inc:${open.id}`) return;
  const { case: kase, mode, busy, advice } = open;
  let card = /** @type {HTMLElement | null} */ (panel.querySelector(':scope > .case'));
  const isNew = card?.dataset.id !== open.id;
  const focused = panel.contains(document.activeElement) && isNew;
  if (!card || isNew) {
    card = el('article', { class: 'case', data: { id: open.id } });
    fill(panel, card);
  }
  const it = kase.feature.properties;
  // While a form is open its own button is the one in view.
  card.classList.toggle('in-form', mode !== '' && !mode.startsWith('compare:'));
  drawParts(card, [
    { name: 'head', key: [it.status, it.light, it.due_at, it.title, it.text, it.type, it.level, it.ref, kase.merged_into, kase.drill, app.desk.types.length], make: () => el('div', { class: 'pad' }, statusLine(kase), title(kase)) },
    { name: 'photos', key: kase.photos, make: () => photos(kase) },
    { name: 'outcome', key: [open.trouble, open.done], make: outcome },
    { name: 'undo', key: [kase.undo, undoNote() !== null, busy === 'undo', kase.calls], make: () => { const note = undoNote(); return note && el('div', { class: 'pad' }, note); } },
    { name: 'where', key: [it.grid, it.certainty, kase.shares, kase.line, it.accuracy_m, it.datum, it.address, point(), kase.hidden, kase.merged_into, it.light === 'closed', app.grids.size, mode === 'pin' || mode === 'place' ? mode : ''], make: () => where(kase) },
    { name: 'pin', key: mode === 'pin' || mode === 'place' ? mode : '', make: () => (mode === 'pin' ? pinForm() : mode === 'place' ? placeForm() : null) },
    { name: 'advice', key: [it.status, kase.merged_into, advice, Boolean(open.adviceTrouble)], make: advicePart },
    { name: 'bar', key: [kase.steps, it.status, kase.merged_into, advice?.lead, recommended(advice).map((one) => one.target), busy, mode], make: mainBar },
    { name: 'steps', key: [kase.steps, it.status, kase.merged_into, busy !== '', mode], make: () => otherSteps(kase) },
    // Drawn anew by nothing but another form: what is typed stays.
    { name: 'form', key: [mode.startsWith('step:') || mode === 'who' || mode === 'whistle' ? mode : '', mode === 'who' || mode === 'whistle' ? Boolean(advice) : null], make: openForm },
    { name: 'duplicates', key: [kase.duplicates, kase.merged, kase.merged_into, mode.startsWith('compare:') ? mode : '', busy !== '', it.status], make: () => duplicates(kase) },
    { name: 'calls', key: [kase.calls, busy !== '', (kase.steps ?? []).some((/** @type {any} */ one) => one.name === 'arrive')], make: () => calls(kase) },
    { name: 'history', key: [kase.history, it.status], make: () => history(kase) },
    { name: 'facts', key: [it, kase.limit, kase.dispatched_at], make: () => factList(kase) },
  ]);
  if (mode !== 'pin' && mode !== 'place') stopPicking();
  drawAccuracy();
  if (focused) card.querySelector('h1')?.focus({ preventScroll: true });
}

/** 68 of 100 such positions lie inside it. */
function drawAccuracy() {
  circle?.remove();
  circle = null;
  const radius = open.case?.feature.properties.accuracy_m;
  const at = point();
  if (!at || !(radius > 0)) return;
  circle = L.circle([at[1], at[0]], { radius, pane: 'casing', interactive: false, className: 'accuracy' }).addTo(app.map);
}

/** The map without what belonged to the open incident. */
export function leaveIncident() {
  forget('');
  stopPicking();
  circle?.remove();
  circle = null;
  drawMarkers();
}
