// Before and after, grid by grid: was -> now, what changed is bold, the rest is summed. And the load as bars beside the mean.
import { setView } from '../app.js';
import { el, measureOut } from '../el.js';
import { areaKm2, decimal, number } from '../format.js';
import { count, gridTitle, t } from '../i18n.js';

const ROWS_MOST = 8;
const BARS_MOST = 6;

/** @typedef {[number | null, number | null]} Pair */

/** @param {Pair | null | undefined} pair @param {(n: number) => string} shown */
export function wasNow(pair, shown) {
  if (!pair) return ['–'];
  const [was, now] = pair.map((it) => (it === null || it === undefined ? '–' : shown(it)));
  if (was === now) return [now];
  return [el('span', { class: 'was' }, `${was} →`), ' ', el('b', {}, now)];
}

/** Columns: message key -> pair of a grid and how it is written. @type {[string, string, (n: number) => string][]} */
const COLUMNS = [['load', 'load', number], ['households', 'households', number], ['area', 'area_m2', areaKm2], ['compact', 'compactness', (n) => decimal(n, 2)]];

/** @param {any} effect @param {{all?: boolean}} [how] */
export function table(effect, { all = false } = {}) {
  const changed = effect.grids.filter((/** @type {any} */ it) => all || it.changed);
  const rows = all ? changed : changed.slice(0, ROWS_MOST);
  const rest = changed.length - rows.length;
  const others = othersCount(effect);
  return el('div', { class: 'effect-table' },
    el('table', {}, el('caption', { class: 'sr' }, t('planner.table')),
      el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, t('planner.table.grid')), COLUMNS.map(([key]) => el('th', { scope: 'col' }, t(`planner.table.${key}`, { days: effect.load?.days ?? 90 }))))),
      el('tbody', {}, rows.map(row),
        others ? el('tr', { class: 'muted' }, el('td', {}, count('planner.table.others', others, { n: number(others) })), el('td', { colspan: COLUMNS.length }, t('planner.table.same'))) : null)),
    rest > 0 ? el('button', { class: 'btn quiet', type: 'button', on: { click: () => setView({ sel: 'list:grids' }) } }, t('planner.table.more', { n: number(rest) })) : null);
}

/** @param {any} effect */
function othersCount(effect) {
  const others = effect.others;
  if (typeof others === 'number') return others;
  return others?.grids ?? others?.count ?? others?.n ?? effect.grids.filter((/** @type {any} */ it) => !it.changed).length;
}

/** @param {any} grid */
function row(grid) {
  const inPieces = grid.pieces?.[1] > 1;
  return el('tr', {}, el('th', { scope: 'row' }, gridTitle(grid), inPieces ? [' ', el('span', { class: 'tag' }, t('planner.table.pieces', { n: grid.pieces[1] }))] : null),
    COLUMNS.map(([, name, shown]) => el('td', {}, ...wasNow(grid[name], shown))));
}

/** @param {any} effect */
export function bars(effect) {
  const grids = effect.grids.filter((/** @type {any} */ it) => it.changed && it.load).slice(0, BARS_MOST);
  const mean = effect.load?.mean ?? 0;
  if (!grids.length || !mean) return null;
  const most = Math.max(mean * 1.2, ...grids.flatMap((/** @type {any} */ it) => it.load.map(Number)));
  const share = (/** @type {number} */ n) => String(Math.max(0, n) / most);
  return el('figure', { class: 'loadbars', aria: { hidden: 'true' } },
    measureOut(el('div', { class: 'loadbars-body' }, grids.map((/** @type {any} */ it) => el('div', { class: 'loadbar' }, el('span', { class: 'loadbar-name' }, gridTitle(it)),
      el('span', { class: 'loadbar-track' }, measureOut(el('i', { class: 'was' }), '--share', share(it.load[0] ?? 0)), measureOut(el('i', { class: 'now' }), '--share', share(it.load[1] ?? 0)))))), '--mean', share(mean)),
    el('figcaption', { class: 'small' }, el('span', {}, t('planner.bars.mean', { n: number(Math.round(mean)) })), el('span', { class: 'row' }, el('i', { class: 'barkey was' }), t('planner.bars.was'), el('i', { class: 'barkey now' }), t('planner.bars.now'))));
}
