// The left rail: four queues and what needs a hand first; at city scale what the figures say, layers and measures.
import { app, emit, isCity, on, setView } from './app.js';
import { get, latest, openQuestion } from './api.js';
import { cityRail } from './cityrail.js';
import { may } from './account/me.js';
import { byId, el, fill } from './el.js';
import { number } from './format.js';
import { icon } from './icons.js';
import { isWorker } from './case/me.js';
import { t } from './i18n.js';
import { listSel } from './lists.js';
import { raise, settle, troubleCard, troubles } from './notice.js';
import { incidentRow, walkable } from './rows.js';
import { symbol, unlocatedSymbol } from './symbols.js';

const LIGHTS_OPEN = 'red,waiting,yellow,green,suspended';
const ROWS = 50;

const newSignal = latest();
/** @type {any[]} */
let urgent = [];
/** How many are this post's own; null = it is no post that handles. @type {number | null} */
let mine = null;

export function startRail() {
  if (app.deskName !== 'command') { byId('rail').remove(); return; }
  on('desk', async (desk) => { show(); if (desk.plan) await load(); });
  on('view', (changed) => { if (['sel', 'layers', 'measure', 'cmp'].some((it) => changed.has(it))) show(); });
  on('troubles', show);
}

async function load() {
  const signal = newSignal();
  try {
    const body = await get('/api/incidents', { ...openQuestion(), light: LIGHTS_OPEN, order: 'urgent', limit: ROWS }, signal);
    urgent = body.features;
    // What is one's own is another number for each post: the desk's figures, the same for all, do not hold it.
    mine = isWorker() ? (await get('/api/incidents', { light: LIGHTS_OPEN, queue: 'mine', limit: 1 }, signal)).numberMatched : null;
    settle('rail');
    emit('urgent', urgent);
    show();
  } catch (problem) {
    if (!signal.aborted) raise('rail', problem);
  }
}

function show() {
  const rail = byId('rail');
  const desk = app.desk;
  if (!rail || !desk) return;
  const top = rail.querySelector('.needs')?.scrollTop ?? 0;
  const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.closest('#rail [data-id]')?.getAttribute('data-id');
  if (isCity() && !app.view.wall) fill(rail, cityRail(urgent));
  else fill(rail, queues(desk.figures), ...needs(desk));
  const list = rail.querySelector('.needs');
  if (list) list.scrollTop = top;
  if (focused) /** @type {HTMLElement | null} */ (rail.querySelector(`[data-id="${CSS.escape(focused)}"]`))?.focus({ preventScroll: true });
}

/** @param {any} figures */
export function queues(figures) {
  const tile = (/** @type {string} */ list, /** @type {number} */ n, /** @type {Node} */ mark) =>
    el('button', { class: `queue${n ? '' : ' none'}${app.view.sel === listSel(list) ? ' sel' : ''}`, type: 'button', data: { id: `queue-${list}` }, on: { click: () => setView({ sel: listSel(list) }) } },
      el('b', {}, number(n), ' ', mark), el('span', {}, t(`queue.${list}`)));
  return el('div', { class: 'queues', role: 'group', aria: { label: t('queues') } },
    tile('overdue', figures.overdue, symbol({ light: 'red', status: 'handling' }, 26)),
    tile('waiting', figures.waiting, symbol({ light: 'waiting' }, 26)),
    tile('boundary', figures.open_boundary ?? figures.boundary, symbol({ light: 'green', status: 'handling', certainty: 'boundary' }, 26)),
    tile('unlocated', figures.open_unlocated ?? figures.unlocated, unlocatedSymbol(26)),
    mine === null ? null : tile('mine', mine, icon('post')));
}

/** Who takes a call writes it down on the page for reports; the desk stays open beside it. @returns {HTMLElement | null} */
export function reportLink() {
  return may('report') && !app.view.wall ? el('a', { class: 'small', href: '/report', target: '_blank', rel: 'noopener', data: { id: 'new-report' } }, t('needs.report')) : null;
}

/** @param {any} desk */
function needs(desk) {
  const head = el('div', { class: 'row between needs-head' }, el('h2', {}, t('needs')), el('button', { class: 'link small', type: 'button', on: { click: () => setView({ sel: listSel('open') }) } }, t('needs.of', { n: number(desk.figures.open) })), el('span', { class: 'grow' }), reportLink());
  if (troubles.has('rail')) return [head, el('div', { class: 'pad' }, troubleCard(troubles.get('rail'), t('error.list'), load))];
  if (!urgent.length) return [head, el('p', { class: 'pad quiet-shift' }, t('needs.none'))];
  return [head, walkable(el('ul', { class: 'needs' }, urgent.map((it) => incidentRow(it))))];
}

/** The urgent incidents last read. @returns {any[]} */
export function urgentIncidents() {
  return urgent;
}
