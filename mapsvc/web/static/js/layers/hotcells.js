// Hot and cold cells of the Gi* report: class by sign and level, a mark in the cell, an edge that grows with significance.
import { app, emit, isCity, on, setView } from '../app.js';
import { get, latest, spelledQuestion } from '../api.js';
import { el, svg } from '../el.js';
import { t } from '../i18n.js';
import { raise, settle } from '../notice.js';

/** Cells smaller than this carry no mark, px. */
const MARK_FROM = 24;
/** Cells beyond which those that tell nothing are left out. */
const LATTICE_MOST = 1500;
const SMALL_PX = 12;
/** What is drawn over what. @type {Record<string, number>} */
const ORDER = { none: 0, cold: 1, hot: 2 };
const newSignal = latest();

/** @type {any} */
let report = null;
/** @type {any} */
let group = null;
/** @type {any} */
let marks = null;
let asked = '';

export function startHotCells() {
  group = L.layerGroup().addTo(app.map);
  marks = L.layerGroup().addTo(app.map);
  on('desk', want);
  on('view', (changed) => {
    if (changed.has('layers') || changed.has('cell') || changed.has('alpha') || changed.has('seed')) want();
    if (changed.has('sel')) draw();
  });
  on('grids', drawHatch);
  on('playing', () => drawHatch());
  app.map.on('zoomend', drawMarks);
}

/** The last report, null while it is not read. */
export function hotReport() {
  return report;
}

/** @param {any} report_ */
export function cellsOf(report_) {
  return (report_?.features ?? []).map((/** @type {any} */ it) => ({ ...it.properties, feature: it }));
}

/** At community scale the sentence "what stands out" needs the report even while the cells are not drawn. */
function want() {
  if (!app.desk?.plan) return;
  const shown = app.view.layers.includes('hot') || app.deskName === 'hotspots';
  const { seq, interval } = app.desk;
  const key = JSON.stringify([seq, interval, spelledQuestion(), app.view.cell, app.view.alpha, app.view.seed]);
  if (key === asked) { draw(); return; }
  if (shown) load(key);
  else if (!isCity() && !app.view.wall) setTimeout(() => { if (key !== asked) load(key); }, 400);
  else { report = null; draw(); }
}

/** @param {string} key */
async function load(key) {
  asked = key;
  const signal = newSignal();
  document.body.classList.add('hot-loading');
  try {
    report = await get('/api/hotspots', { ...spelledQuestion(), cell_m: app.view.cell, alpha: app.view.alpha, seed: app.view.seed, only: wantsLattice() ? undefined : 'hot,cold', format: 'geojson' }, signal);
    settle('hotspots');
  } catch (problem) {
    if (signal.aborted) return;
    report = null;
    asked = '';
    raise('hotspots', problem);
  }
  document.body.classList.remove('hot-loading');
  draw();
  emit('hotspots', report);
}

/** Are the cells that tell nothing drawn too? They help the eye over one community; over a city they are only ink and bytes. */
function wantsLattice() {
  return app.deskName === 'hotspots' && !isCity();
}

/** @param {any} cell */
export function cellClass(cell) {
  return cell.kind === 'none' ? 'cell-none' : `cell-${cell.kind} cell-${cell.kind}-${cell.level}`;
}

/** @param {any} cell */
export function cellMark(cell) {
  return cell.kind === 'none' ? '' : (cell.kind === 'hot' ? '+' : '−').repeat(cell.level);
}

function draw() {
  group.clearLayers();
  const shown = app.view.layers.includes('hot') && report && !report.refused;
  if (shown) {
    const renderer = L.svg({ pane: 'cells', padding: 0.4 });
    const cells = cellsOf(report);
    // The empty lattice helps the eye while it is coarse; thousands of its cells are only ink.
    const lattice = app.deskName === 'hotspots' && cells.length <= LATTICE_MOST;
    // What a duty officer looks for lies on top: the lattice, then fewer, then more, strongest last.
    const shownCells = cells.filter((/** @type {any} */ cell) => cell.feature.geometry && (cell.kind !== 'none' || lattice));
    for (const cell of shownCells.sort((/** @type {any} */ a, /** @type {any} */ b) => ORDER[a.kind] - ORDER[b.kind] || a.level - b.level)) drawCell(cell, renderer);
  }
  drawMarks();
  drawHatch();
}

/** @param {any} cell @param {any} renderer */
function drawCell(cell, renderer) {
  const id = `${cell.row}.${cell.col}`;
  const chosen = app.view.sel === `cell:${id}` ? ' chosen' : '';
  const layer = L.geoJSON(cell.feature, { pane: 'cells', renderer, bubblingMouseEvents: false, style: { className: `cell ${cellClass(cell)}${chosen}` } }).addTo(group);
  if (cell.kind === 'none') return;
  // Thousands of cells are no stops of the Tab key: the table of the reading opens each of them.
  layer.eachLayer((/** @type {any} */ it) => it.getElement()?.setAttribute('tabindex', '-1'));
  layer.on('click', () => setView({ sel: `cell:${id}` }));
  layer.bindTooltip(() => el('span', {}, t(`cell.tip_${cell.kind}`, { n: cell.n })), { sticky: true, pane: 'tips', className: 'tip' });
}

function drawMarks() {
  marks.clearLayers();
  if (!app.view.layers.includes('hot') || !report || report.refused) return;
  const metres = report.parameters?.cell_m ?? 0;
  const px = metres / ((40075016.686 * Math.cos((app.map.getCenter().lat * Math.PI) / 180)) / (256 * 2 ** app.map.getZoom()));
  document.body.classList.toggle('cells-small', px < SMALL_PX);
  if (px < MARK_FROM) return;
  for (const cell of cellsOf(report)) {
    if (cell.kind === 'none' || !cell.feature.geometry) continue;
    const at = L.geoJSON(cell.feature).getBounds().getCenter();
    L.marker(at, { pane: 'labels', interactive: false, keyboard: false, icon: L.divIcon({ className: `cellmark mark-${cell.kind}-${cell.level}`, iconSize: [px, px], html: /** @type {any} */ (el('span', {}, cellMark(cell))) }) }).addTo(marks);
  }
}

/** Middles of the cells that stand out, in layer pixels: labels keep away from them. @returns {{x: number, y: number}[]} */
export function cellPoints() {
  if (!app.view.layers.includes('hot') || !report || report.refused) return [];
  return cellsOf(report).filter((/** @type {any} */ it) => it.kind !== 'none' && it.feature.geometry).map((/** @type {any} */ it) => app.map.latLngToLayerPoint(L.geoJSON(it.feature).getBounds().getCenter()));
}

/** "Cannot tell" is a hatch over the frame and a sentence, never a blank map. @type {any} */
let hatch = null;
/** @type {any} */
let frame = null;
/** @param {any} [body] answer of /api/grids, when it is new */
function drawHatch(body) {
  if (body?.frame) frame = body.frame;
  hatch?.remove();
  hatch = null;
  const cannot = Boolean(report?.refused) && app.view.layers.includes('hot');
  document.body.classList.toggle('cannot-tell', cannot);
  const note = /** @type {HTMLElement} */ (document.getElementById('mapnote'));
  // While it is played again, the note is the replay's: it holds the way out.
  const taken = document.body.classList.contains('replaying');
  if (!taken) note.hidden = !cannot;
  if (!cannot) { if (!taken) note.replaceChildren(); return; }
  if (!taken) note.replaceChildren(el('h2', {}, svg('svg', { class: 'ic', viewBox: '0 0 24 24' }, svg('path', { d: 'M9 9a3 3 0 1 1 4.5 2.6C12.5 12.2 12 13 12 14.5M12 18.5v.01' })), ' ', t('hot.cannot_title')), el('p', {}, t('hot.cannot_map')));
  if (!frame) return;
  hatch = L.geoJSON(frame, { pane: 'cells', interactive: false, renderer: L.svg({ pane: 'cells', padding: 0.4 }), style: { className: 'hatch', fillColor: 'url(#hatch)', fillOpacity: 1 } }).addTo(app.map);
}
