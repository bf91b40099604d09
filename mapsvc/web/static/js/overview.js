// The panel of a community: figures that open their lists, grids with bars, who is missing, what stands out.
import { addressOf, app, setView } from './app.js';
import { el, measureOut } from './el.js';
import { day, isoDay, month, minutes, number, percent } from './format.js';
import { icon } from './icons.js';
import { count, gridTitle, lang, t } from './i18n.js';
import { findingsNote } from './cityrail.js';
import { missingPosts, postName } from './layers/posts.js';
import { jointCalls } from './case/joint.js';
import { hotReport } from './layers/hotcells.js';
import { listSel } from './lists.js';

/** Spans from here on are drawn in months in any case, days. */
const MONTH_BARS_FROM = 600;

/** Stands where a number goes into a sentence. */
const GAP = '|';

/**
 * A number that opens its list.
 * @param {string} list @param {string} shown @param {string} word @param {string} note @param {string} [unit] @param {string} [mark] class
 */
export function figure(list, shown, word, note, unit = '', mark = '') {
  return el('div', { class: 'figure' },
    el('button', { class: `fig ${mark}`, type: 'button', data: { id: `figure-${list}` }, aria: { label: `${shown}${unit} ${word}` }, on: { click: () => setView({ sel: listSel(list) }) } }, el('span', { class: 'figlink' }, shown), unit ? el('small', {}, ` ${unit}`) : null),
    el('span', { class: 'fig-word' }, word), note ? el('span', { class: 'fig-note' }, note) : null);
}

/** @returns {(Node | null)[]} */
export function overview() {
  return [el('h1', { class: 'sr', tabindex: '-1' }, t('panel')), figures(), gridTable(), adds(), nobodyThere(), standsOut(), jointCalls(), findings()];
}

export function figures() {
  const it = app.desk.figures;
  const [low, high] = it.usual_today ?? [];
  const share = it.on_time;
  return el('div', { class: 'pad stat2' },
    figure('open', number(it.open), t('figure.open'), ''),
    figure('today', number(it.reported_today), t('figure.today'), it.usual_today ? t('figure.usual', { low, high }) : ''),
    share ? figure('closed', String(Math.round(share.share * 100)), t('figure.on_time'), t('figure.on_time_note', { on_time: number(share.on_time), of: number(share.of), low: Math.round(share.low * 100), high: Math.round(share.high * 100) }), '%')
      : figure('closed', number(it.closed), t('figure.closed'), t('figure.on_time_none')),
    toDispatch() ?? figure('total', number(it.total), t('figure.total'), periodWords()));
}

/** How long a report waits until somebody is sent; null where too few were sent to tell. */
function toDispatch() {
  const { dispatch_median_min: half, dispatch_p90_min: most } = app.desk.figures;
  if (half === null || half === undefined) return null;
  const [value, ...unit] = minutes(half).split(' ');
  return figure('dispatched', value, t('figure.to_dispatch'), most === null || most === undefined ? '' : t('figure.to_dispatch_note', { time: minutes(most) }), unit.join(' '));
}

/** "25 Oct to 23 Nov": the last day is in it. */
export function periodWords() {
  const { from, to } = app.desk.interval;
  const tz = app.desk.community.tz;
  if (!from || !to) return '';
  const last = new Date(Date.parse(to) - 1).toISOString();
  const year = Number(app.desk.now.slice(0, 4));
  // The year stands once where both days share it, in Chinese first and in English last, and not at all where it is this one.
  const own = Number(from.slice(0, 4));
  const sameYear = own === Number(last.slice(0, 4));
  const first = lang === 'zh';
  if (hasMonthsOnly()) return t('period.span', { from: month(from, tz, !sameYear || first), to: month(last, tz, !sameYear || !first) });
  if (isoDay(from, tz) === isoDay(last, tz)) return day(last, tz, year);
  return t('period.span', { from: day(from, tz, sameYear ? (first ? year : own) : 0), to: day(last, tz, sameYear ? (first ? own : year) : 0) });
}

/** Data that know the month and not the day get bars of months where others of that span get days or weeks. */
export function hasMonthsOnly() {
  return app.desk.timeline.unit === 'month' && app.desk.interval.days < MONTH_BARS_FROM;
}

function gridTable() {
  const rows = [...app.desk.grids].sort((a, b) => b.count - a.count);
  const most = Math.max(1, ...rows.map((it) => it.count));
  const { figures: f } = app.desk;
  const still = f.open_unlocated ?? null;
  return el('table', { class: 'gridtable' },
    el('caption', { class: 'sr' }, t('table.grids')),
    el('thead', {}, el('tr', {}, el('th', {}, t('table.grid')), el('th', {}, t('table.open')), el('th', { colspan: 2 }, t('table.reported', { period: periodShort() })))),
    el('tbody', {}, rows.map((it) => el('tr', { class: app.view.sel === `grid:${it.code}` ? 'sel' : '' },
      el('td', {}, el('button', { class: 'link plain', type: 'button', data: { id: `grid-${it.code}` }, on: { click: () => setView({ sel: `grid:${it.code}` }) } }, gridTitle(it))),
      el('td', {}, opens(it.open, listSel('open', `grid=${it.code}`), 'num')),
      el('td', { class: 'barcell' }, measureOut(el('i', { class: 'bar' }), '--share', String(it.count / most))),
      el('td', {}, opens(it.count, listSel('total', `grid=${it.code}`), '', tipping(it))))),
    f.unlocated || still ? el('tr', {}, el('td', {}, t('table.unlocated')), el('td', {}, still === null ? '' : opens(still, listSel('unlocated'), 'num')), el('td', {}), el('td', {}, opens(f.unlocated, listSel('all_unlocated')))) : null,
    f.outside ? el('tr', {}, el('td', {}, t('table.outside')), el('td', {}, opens(f.open_outside ?? 0, listSel('open_outside'), 'num')), el('td', {}), el('td', {}, opens(f.outside, listSel('outside')))) : null));
}

/** @param {number} n @param {string} sel @param {string} [mark] @param {string} [spread] how far the number could tip */
function opens(n, sel, mark = '', spread = '') {
  return n === 0 ? el('span', { class: mark }, '0') : el('button', { class: `link plain ${mark}`, type: 'button', data: { id: sel }, on: { click: () => setView({ sel }) } }, spread ? t('figure.spread', { n: number(n), spread }) : number(n));
}

/** "2" where matters near a line could move the count by two either way, "-1 +3" where not evenly, '' where none could. @param {any} grid */
export function tipping({ count: n, count_low: low, count_high: high }) {
  if (low === undefined || high === undefined || (low === n && high === n)) return '';
  return String(Math.max(n - low, high - n));
}

/** "30 days": the length of the interval in words. */
export function periodShort() {
  return count('period.days', app.desk.interval.days, { n: number(app.desk.interval.days) });
}

/** The sum in words; each of its numbers opens its list. */
function adds() {
  const it = app.desk.figures;
  const numbers = [opens(it.total, listSel('total')), opens(it.total - it.closed, listSel('still_open')), opens(it.closed, listSel('closed'))];
  const words = t('figure.adds', { total: GAP, open: GAP, closed: GAP }).split(GAP);
  return el('p', { class: 'pad small muted adds' }, words.map((part, i) => [part, numbers[i] ?? '']));
}

function nobodyThere() {
  const missing = missingPosts();
  if (!missing.length) return null;
  return el('section', { class: 'pad part' }, el('h2', {}, t('nobody')),
    missing.map((it) => el('p', { class: 'note warn' }, icon('warn'), ' ', el('b', {}, t('nobody.post', { where: (it.grids ?? []).map((/** @type {string} */ code) => gridTitle(app.grids.get(code), code)).join(', '), post: postName(it) })))));
}

/** What the cells say, in a sentence; the reading itself is a desk of its own. */
function standsOut() {
  const report = hotReport();
  const link = el('a', { href: addressOf('/hotspots') }, t('hot.read_how'));
  let words = t('hot.ask');
  if (report?.refused) words = t('hot.cannot_short');
  else if (report) words = hotSentence(report);
  return el('section', { class: 'pad part' }, el('h2', {}, t('hot.title')), el('p', {}, words, ' ', link));
}

/** @param {any} report */
export function hotSentence(report) {
  const { hot, cold } = report.figures;
  if (!hot && !cold) return t('hot.none');
  return [hot ? count('hot.cells', hot, { n: number(hot), alpha: percent(report.parameters.alpha ?? 0.05) }) : t('hot.no_hot'), cold ? count('hot.cold_cells', cold, { n: number(cold) }) : ''].filter(Boolean).join(' ');
}

function findings() {
  const note = findingsNote(app.desk.plan);
  return note ? el('section', { class: 'pad part' }, note) : null;
}
