// The panel at city scale: the grids with most reports, how concentrated they are, the course over time.
import { app, setView } from './app.js';
import { address, spelledQuestion } from './api.js';
import { el, measureOut } from './el.js';
import { areaKm2, day, measureNumber, month, number } from './format.js';
import { gridTitle, t } from './i18n.js';
import { listSel } from './lists.js';
import { hasMonthsOnly, periodWords } from './overview.js';

const SHOWN = 10;
const SORTS = ['count', 'per_km2', 'name'];
let sorted = 'count';
/** Rows of the table that are shown. */
let rowsShown = SHOWN;

/** @returns {(Node | null)[]} */
export function cityPanel() {
  return [el('div', { class: 'pad col' },
    el('div', { class: 'row between' }, el('h1', { tabindex: '-1', class: 'h2' }, t('city.most')), el('span', { class: 'row small', role: 'group', aria: { label: t('city.sort') } }, SORTS.map(sortButton))),
    table(), below(), concentration(), course())];
}

/** @param {string} name */
function sortButton(name) {
  return el('button', { class: `link plain${sorted === name ? ' num' : ''}`, type: 'button', aria: { pressed: sorted === name }, on: { click: () => { sorted = name; redraw(); } } }, t(`city.sort_${name}`));
}

function redraw() {
  // The panel listens to `desk`: telling it again draws this part with the new order.
  document.getElementById('panel')?.replaceChildren(.../** @type {Node[]} */ (cityPanel().filter(Boolean)));
}

function table() {
  const by = { count: (/** @type {any} */ a, /** @type {any} */ b) => b.count - a.count, per_km2: (/** @type {any} */ a, /** @type {any} */ b) => (b.per_km2 ?? 0) - (a.per_km2 ?? 0), name: (/** @type {any} */ a, /** @type {any} */ b) => gridTitle(a).localeCompare(gridTitle(b), undefined, { numeric: true }) };
  const rows = [...app.desk.grids].sort(by[/** @type {'count'} */ (sorted)]).slice(0, rowsShown);
  return el('table', {}, el('thead', {}, el('tr', {}, [t('table.grid'), t('table.reports'), t('table.per_km2'), t('table.km2')].map((it) => el('th', {}, it)))),
    el('tbody', {}, rows.map((it) => el('tr', { class: app.view.sel === `grid:${it.code}` ? 'sel' : '' },
      el('td', {}, el('button', { class: 'link plain', type: 'button', on: { click: () => setView({ sel: `grid:${it.code}` }) } }, gridTitle(it))),
      el('td', {}, el('button', { class: 'link', type: 'button', on: { click: () => setView({ sel: listSel('total', `grid=${it.code}`) }) } }, number(it.count))),
      el('td', {}, it.per_km2 === null ? '–' : measureNumber(it.per_km2)), el('td', {}, areaKm2(it.area_m2))))));
}

function below() {
  return el('p', { class: 'small' }, el('button', { class: 'link', type: 'button', on: { click: () => { rowsShown = rowsShown > SHOWN ? SHOWN : app.desk.grids.length; redraw(); } } }, rowsShown > SHOWN ? t('city.fewer') : t('city.all', { n: number(app.desk.grids.length) })),
    ' · ', el('a', { href: address('/api/counts', { ...spelledQuestion(), by: 'grid', format: 'csv' }), download: 'counts.csv' }, 'CSV'));
}

function concentration() {
  const it = app.desk.concentration;
  if (!it || !app.desk.figures.inside) return null;
  return el('section', { class: 'part' }, el('h2', {}, t('city.concentrated')), el('p', {}, sentence(it)));
}

/** The sentence with its two numbers as buttons: each opens the grids it counts. @param {{half_in: number, tenth_in: number}} it */
function sentence(it) {
  const opens = (/** @type {number} */ n) => el('button', { class: 'link num', type: 'button', on: { click: () => { sorted = 'count'; rowsShown = n; redraw(); } } }, number(n));
  const words = t('city.concentration', { half: '\u0001', all: number(app.desk.grids.length), tenth: '\u0002' });
  return words.split(/([\u0001\u0002])/).map((part) => (part === '\u0001' ? opens(it.half_in) : part === '\u0002' ? opens(it.tenth_in) : part));
}

function course() {
  const { unit, starts, counts } = app.desk.timeline;
  if (starts.length < 2) return null;
  const tz = app.desk.community.tz;
  const most = Math.max(1, ...counts);
  const step = Math.ceil(starts.length / 8);
  const word = (/** @type {string} */ iso) => (unit === 'year' ? iso.slice(0, 4) : unit === 'month' ? month(`${iso}T12:00:00Z`, 'UTC', false) : day(`${iso}T12:00:00Z`, 'UTC', Number(iso.slice(0, 4))));
  const note = partNote(starts, unit, tz);
  return el('section', { class: 'part' }, el('h2', {}, t(`city.by_${unit}`)), el('p', { class: 'small muted' }, periodWords()),
    el('div', { class: 'bars', role: 'img', aria: { label: starts.map((/** @type {string} */ it, /** @type {number} */ i) => `${word(it)} ${number(counts[i])}`).join(', ') } },
      starts.map((/** @type {string} */ it, /** @type {number} */ i) => measureOut(el('span', { class: 'barcol', title: `${it}: ${number(counts[i])}` }, el('i', {}), el('small', {}, i % step === 0 ? word(it) + (note && i === starts.length - 1 ? '*' : '') : '')), '--share', String(counts[i] / most)))),
    note ? el('p', { class: 'small muted' }, `* ${note}`) : null);
}

/** A last bar that is not full says so. @param {string[]} starts @param {string} unit @param {string} tz */
function partNote(starts, unit, tz) {
  if (unit !== 'month' || hasMonthsOnly()) return '';
  const last = starts[starts.length - 1];
  const end = new Date(Math.min(Date.parse(app.desk.interval.to), Date.parse(app.desk.interval.data_to ?? app.desk.interval.to) + 1) - 1);
  const days = Math.round((end.getTime() - Date.parse(`${last}T00:00:00Z`)) / 86400000 + 0.5);
  const full = new Date(Date.UTC(Number(last.slice(0, 4)), Number(last.slice(5, 7)), 0)).getUTCDate();
  return days > 0 && days < full ? t('city.part_month', { month: month(`${last}T12:00:00Z`, tz, false), n: days }) : '';
}
