// The hot-spot reading: what stands out, how far to trust it, how it was made; or that it cannot be told, and what would help.
import { app, setView } from './app.js';
import { address, spelledQuestion } from './api.js';
import { el } from './el.js';
import { decimal, isoDay, addDays, number, percent, probability, probabilityShort } from './format.js';
import { icon } from './icons.js';
import { count, gridTitle, nameOf, t } from './i18n.js';
import { cellsOf, hotReport } from './layers/hotcells.js';
import { shapes } from './layers/grids.js';
import { load } from './desk.js';
import { troubleCard, troubles } from './notice.js';
import { cardHead } from './panel.js';
import { typeOf } from './rows.js';

const FEWEST = 30;
const GRIDS_FOR_TEST = 12;

/** @param {string} id 'ROW.COL' of the chosen cell, '' = the strongest @returns {(Node | null)[]} */
export function reading(id) {
  const report = hotReport();
  if (troubles.has('hotspots')) return [el('div', { class: 'pad' }, troubleCard(troubles.get('hotspots'), t('error.hotspots'), load))];
  if (!report) return [el('div', { class: 'pad col', aria: { busy: 'true' } }, el('h1', { tabindex: '-1' }, t('hot.working')), el('p', { class: 'muted' }, t('hot.working_words', { n: number(app.desk.figures.inside) })), el('span', { class: 'bone' }), el('span', { class: 'bone' }))];
  if (report.refused) return cannotTell(report);
  const cells = cellsOf(report).filter((/** @type {any} */ it) => it.kind !== 'none').sort((/** @type {any} */ a, /** @type {any} */ b) => a.q - b.q || b.n - a.n);
  const cell = cells.find((/** @type {any} */ it) => `${it.row}.${it.col}` === id) ?? cells[0];
  return [headline(report, cells), cell ? cellFigures(cell, report) : null, trust(report), method(report), table(cells)];
}

/** @param {any} report @param {any[]} cells */
function headline(report, cells) {
  const { hot, cold } = report.figures;
  const title = hot ? count('hot.stand_out', hot, { n: number(hot) }) : t('hot.none_title');
  /** @type {Map<string, number>} */
  const byGrid = new Map();
  for (const cell of cells) if (cell.kind === 'hot') { const code = gridAt(cell); byGrid.set(code, (byGrid.get(code) ?? 0) + 1); }
  const places = [...byGrid].sort((a, b) => b[1] - a[1]).slice(0, 4).map(([code, n]) => count('hot.in_grid', n, { n, grid: code ? gridTitle(app.grids.get(code), code) : t('hot.near_frame') })).join(t('list_comma'));
  return el('div', { class: 'pad' }, el('h1', { tabindex: '-1' }, title), el('p', { class: 'lead' }, [hot ? `${places}${t('stop')}` : t('hot.none'), cold ? count('hot.cold_cells', cold, { n: number(cold) }) : ''].filter(Boolean).join(' ')));
}

/** The grid at the middle of a cell. @param {any} cell @returns {string} */
export function gridAt(cell) {
  const ring = cell.feature.geometry?.type === 'Polygon' ? cell.feature.geometry.coordinates[0] : cell.feature.geometry?.coordinates?.[0]?.[0];
  if (!ring) return '';
  const lon = (Math.min(...ring.map((/** @type {number[]} */ it) => it[0])) + Math.max(...ring.map((/** @type {number[]} */ it) => it[0]))) / 2;
  const lat = (Math.min(...ring.map((/** @type {number[]} */ it) => it[1])) + Math.max(...ring.map((/** @type {number[]} */ it) => it[1]))) / 2;
  for (const [code, layer] of shapes) if (layer.getBounds().contains([lat, lon]) && inRings(lon, lat, layer.feature.geometry)) return code;
  return '';
}

/** @param {number} x @param {number} y @param {any} geometry */
function inRings(x, y, geometry) {
  const rings = geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat();
  let inside = false;
  for (const ring of rings) for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) if (ring[i][1] > y !== ring[j][1] > y && x < ((ring[j][0] - ring[i][0]) * (y - ring[i][1])) / (ring[j][1] - ring[i][1]) + ring[i][0]) inside = !inside;
  return inside;
}

/** @param {any} cell @param {any} report */
function cellFigures(cell, report) {
  const part = (/** @type {string} */ figure, /** @type {string[]} */ ...words) => el('div', { class: 'figure' }, el('span', { class: 'fig' }, figure), ...words.map((it) => el('span', { class: 'fig-word small' }, it)));
  const grid = gridAt(cell);
  return el('section', { class: 'pad' },
    el('p', { class: 'muted' }, t('cell.chosen', { id: `${cell.row}.${cell.col}`, grid: grid ? gridTitle(app.grids.get(grid), grid) : t('hot.near_frame') })),
    el('div', { class: 'stat3' },
      part(number(cell.n), t('cell.reports'), t('cell.expected', { n: decimal(report.figures.mean, 1) })),
      part(probabilityShort(cell.q), t('cell.q'), t('cell.pz', { q: probability(cell.q), p: probability(cell.p), z: cell.z === null ? '–' : decimal(cell.z, 1) })),
      part(number(cell.neighbours ?? 0), t('cell.around'), t('cell.around_note'))));
}

/** The card of a chosen cell at the command desk. @param {string} id @returns {(Node | null)[]} */
export function cellCard(id) {
  const report = hotReport();
  const cell = cellsOf(report).find((/** @type {any} */ it) => `${it.row}.${it.col}` === id);
  return [el('div', { class: 'pad' }, cardHead(t('cell')), el('h1', { tabindex: '-1' }, cell ? t(`cell.title_${cell.kind}`) : t('cell.none'))), cell ? cellFigures(cell, report) : null,
    cell ? el('p', { class: 'pad muted' }, t('hot.says_where')) : null, report && cell ? method(report) : null];
}

/** @param {any} report */
function trust(report) {
  const f = report.figures;
  const kept = f.events_used / Math.max(1, f.events);
  return el('section', { class: 'pad part' }, el('h2', {}, t('trust.title')),
    el('p', { class: `note ${kept > 0.9 ? 'ok' : 'warn'}` }, el('b', {}, t('trust.data', { used: number(f.events_used), all: number(f.events) })), ' ', t('trust.left_out', { unlocated: number(f.unlocated ?? 0), outside: number(f.outside_frame ?? 0), edge: number(f.in_cells_not_used ?? 0) })),
    el('p', { class: 'note' }, t('trust.rates')), el('p', { class: 'note warn' }, t('trust.sizes'), ' ', cellSizes(report)),
    el('p', { class: 'muted' }, t('hot.says_where')));
}

/** Half and double the cell: a finding worth acting on shows at two sizes. @param {any} report */
function cellSizes(report) {
  const now = report.parameters.cell_m;
  const button = (/** @type {number} */ m) => el('button', { class: 'link', type: 'button', on: { click: () => setView({ cell: String(m), sel: '' }) } }, t('trust.try', { m: number(m) }));
  return el('span', {}, button(Math.max(10, now / 2)), t('list_comma'), button(now * 2), app.view.cell ? [t('list_comma'), el('button', { class: 'link', type: 'button', on: { click: () => setView({ cell: '', sel: '' }) } }, t('trust.rule'))] : null);
}

/** @param {any} report */
function method(report) {
  const p = report.parameters;
  const f = report.figures;
  const line = (/** @type {string} */ key, /** @type {string} */ value) => el('tr', {}, el('td', {}, t(`method.row_${key}`)), el('td', {}, value));
  const params = { ...spelledQuestion(), cell_m: app.view.cell, alpha: app.view.alpha, seed: app.view.seed };
  const save = (/** @type {string} */ form, /** @type {string} */ word) => el('a', { class: 'btn', href: address('/api/hotspots', { ...params, format: form }), download: `hotspots.${form}` }, icon('download'), word);
  return el('details', { class: 'pad part method', open: app.deskName === 'hotspots' },
    el('summary', {}, el('h2', {}, t('method.title'))), el('p', { class: 'row' }, save('csv', 'CSV'), save('geojson', 'GeoJSON')),
    el('table', { class: 'plain-table' }, el('tbody', {},
      line('method', t('method.gi')), line('p', String(p.p ?? '').startsWith('drawn') ? t('method.p_drawn', { n: number(p.draws) }) : t('method.p_exact')),
      line('fdr', t('method.bh', { alpha: percent(p.alpha) })), line('cells', t('method.cells', { m: number(p.cell_m), n: number(f.cells_used) })),
      line('rule', p.cell_rule === 'given' ? t('method.rule_given') : t('method.rule')), line('neighbours', t('method.queen')), line('baseline', t('method.shuffled')),
      line('data', t('method.data', { used: number(f.events_used), all: number(f.events) })), line('seed', String(report.seed ?? '–')),
      line('plan', t('method.plan', { date: app.desk.plan.valid_from ?? app.desk.plan.name, seq: number(report.seq) })))));
}

/** @param {any[]} cells */
function table(cells) {
  if (!cells.length) return null;
  return el('section', { class: 'pad part' }, el('h2', {}, t('cell.all')), el('table', {}, el('thead', {}, el('tr', {}, [t('cell'), t('table.grid'), 'n', 'z', 'p', 'q'].map((it) => el('th', {}, it)))),
    el('tbody', {}, cells.slice(0, 60).map((it) => el('tr', { class: app.view.sel === `cell:${it.row}.${it.col}` ? 'sel' : '' },
      el('td', {}, el('button', { class: 'link', type: 'button', on: { click: () => setView({ sel: `cell:${it.row}.${it.col}` }) } }, `${it.row}.${it.col} ${it.kind === 'hot' ? '+' : '−'}`)),
      el('td', { class: 'l' }, gridAt(it) ? gridTitle(app.grids.get(gridAt(it)), gridAt(it)) : '–'), el('td', {}, number(it.n)), el('td', {}, it.z === null ? '–' : decimal(it.z, 1)), el('td', {}, probability(it.p)), el('td', {}, probability(it.q)))))));
}

/** @param {any} report @returns {(Node | null)[]} */
function cannotTell(report) {
  const few = report.figures.events - (report.figures.unlocated ?? 0) < FEWEST;
  const named = app.view.type.map((code) => nameOf(typeOf(code) ?? { name: code })).join(t('list_comma')) || t('hot.all_types');
  const month = () => { const to = addDays(isoDay(app.desk.interval.to, app.desk.community.tz), 0); return { from: addDays(to, -30), to }; };
  const tooFewGrids = app.desk.grids.length < GRIDS_FOR_TEST;
  return [
    el('div', { class: 'pad col' }, el('h1', { tabindex: '-1' }, count('hot.cannot', app.desk.interval.days, { what: named, days: number(app.desk.interval.days) })),
      el('p', {}, few ? t('hot.cannot_few', { n: number(report.figures.events - (report.figures.unlocated ?? 0)), least: FEWEST }) : el('span', { lang: 'en' }, report.refused)),
      few ? el('p', { class: 'note' }, el('b', {}, t('hot.needed')), ' ', needed(report)) : null,
      app.desk.interval.days < 30 ? el('button', { class: 'btn pri wide', type: 'button', on: { click: () => setView(month()) } }, t('hot.use_month')) : null,
      app.desk.interval.days >= 30 ? el('button', { class: 'btn pri wide', type: 'button', on: { click: () => setView({ from: isoDay(app.desk.interval.data_from, app.desk.community.tz), to: '' }) } }, t('hot.use_all_time')) : null,
      app.view.type.length ? el('button', { class: 'btn wide', type: 'button', on: { click: () => setView({ type: [] }) } }, t('hot.use_all_types')) : null,
      el('button', { class: 'btn wide', type: 'button', on: { click: () => setView({ layers: ['count'] }) } }, t('hot.use_counts'))),
    tooFewGrids ? el('section', { class: 'pad part' }, el('h2', {}, t('hot.why_not_grids')), el('p', {}, t('hot.why_not_grids_words', { n: app.desk.grids.length, least: GRIDS_FOR_TEST }))) : null,
    el('p', { class: 'pad muted' }, t('hot.sensitive')),
  ];
}

/** How many more, and how long that takes at the present rate. @param {any} report */
function needed(report) {
  const have = report.figures.events - (report.figures.unlocated ?? 0);
  const more = FEWEST - have;
  const perDay = have / Math.max(1, app.desk.interval.days);
  return perDay > 0 ? t('hot.needed_rate', { n: number(more), days: number(Math.ceil(more / perDay)) }) : t('hot.needed_n', { n: number(more) });
}
