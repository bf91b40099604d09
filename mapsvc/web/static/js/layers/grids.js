// The plan: areas filled by class, lines with their casing, the frame, the selected grid. Classes, never colours.
import { app, emit, isCity, isWall, on, setView } from '../app.js';
import { get } from '../api.js';
import { chosenClass } from '../classes.js';
import { el } from '../el.js';
import { measureNumber, number } from '../format.js';
import { gridTitle, t } from '../i18n.js';
import { raise } from '../notice.js';

const CLASSES = 5;
/** Lines finer than this zoom shows are never asked for on a big plan. */
const FINEST_CITY_ZOOM = 14;

/** Leaflet layers by grid code. @type {Map<string, any>} */
export const shapes = new Map();
/** @type {any[]} */
let drawn = [];
/** @type {any} */
let selection = null;
let loaded = { plan: '', z: -1 };
/** The reading under way, or the last one. @type {Promise<void>} */
let reading = Promise.resolve();
/** Count per grid during a replay, else null. @type {Map<string, number> | null} */
let replayed = null;
/** @type {number[]} */
let replayBreaks = [];

export function startGrids() {
  // Shapes and figures are asked for side by side; whichever comes last paints.
  if (app.plan) load();
  on('desk', async (desk) => { if (desk.plan) { await load(); paint(); select(); } });
  on('view', (changed) => {
    if (changed.has('layers') || changed.has('sel')) paint();
    if (changed.has('sel')) select();
  });
  on('replay', (step) => { replayed = step?.counts ?? null; replayBreaks = step?.breaks ?? []; paint(); });
  app.map.on('zoomend', () => { if (app.desk?.plan && wantedZoom() > loaded.z + 1) load().then(() => { paint(); select(); }).catch(() => {}); });
}

function wantedZoom() {
  return Math.min(isCity() ? FINEST_CITY_ZOOM : 18, Math.ceil(app.map.getZoom()) + 1);
}

/** @returns {Promise<void>} */
function load() {
  // A draft keeps its id while its lines move: its revision tells.
  const { id, revision } = /** @type {{id: string, revision: number}} */ (app.plan);
  const plan = `${id}@${revision}`;
  const z = wantedZoom();
  if (loaded.plan !== plan || loaded.z < z - 1) reading = read(plan, z);
  return reading;
}

/** @param {string} plan @param {number} z */
async function read(plan, z) {
  const before = loaded;
  loaded = { plan, z };
  try {
    const body = await get('/api/grids', { z, plan: app.view.plan, as_of: app.view.as_of });
    if (loaded.plan === plan && loaded.z === z) draw(body);
  } catch (problem) {
    loaded = before;
    raise('grids', problem);
  }
}

/** @param {any} body */
function draw(body) {
  for (const layer of drawn) layer.remove();
  shapes.clear();
  const base = { interactive: false, bubblingMouseEvents: false };
  const renderer = (/** @type {string} */ pane) => L.svg({ pane, padding: 0.4 });
  const land = L.geoJSON(body.frame, { ...base, pane: 'land', renderer: renderer('land'), style: { className: 'land' } });
  const areas = L.geoJSON(body.features, {
    pane: 'fill', renderer: renderer('fill'), style: { className: 'area' },
    onEachFeature: (/** @type {any} */ feature, /** @type {any} */ layer) => { shapes.set(feature.properties.code, layer); listen(feature.properties.code, layer); },
  });
  const casing = L.geoJSON(body.features, { ...base, pane: 'casing', renderer: renderer('casing'), style: { className: 'casing' } });
  const linesSvg = renderer('lines');
  const lines = L.geoJSON(body.features, { ...base, pane: 'lines', renderer: linesSvg, style: { className: 'line' } });
  const frame = L.geoJSON(body.frame, { ...base, pane: 'lines', renderer: linesSvg, style: { className: 'frame' } });
  // Everything outside the frame, to cut density and tests to the place they speak of.
  const mask = L.geoJSON(outside(body.frame), { ...base, pane: 'mask', renderer: renderer('mask'), style: { className: 'mask' } });
  drawn = [land, areas, casing, lines, frame, mask];
  for (const layer of drawn) layer.addTo(app.map);
  for (const [code, layer] of shapes) layer.getElement()?.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => press(event, code));
  emit('grids', body);
}

/** A grid that has the focus opens as by a click. @param {KeyboardEvent} event @param {string} code */
function press(event, code) {
  if (event.key !== 'Enter' && event.key !== ' ') return;
  event.preventDefault();
  event.stopPropagation();
  setView({ sel: `grid:${code}` });
}

/** A few grids are stops of the Tab key with their names; hundreds of them are not: the table beside the map holds them. @param {Element} node @param {any} grid */
function reachable(node, grid) {
  const few = !isCity() && !isWall();
  node.setAttribute('tabindex', few ? '0' : '-1');
  if (!few) return;
  node.setAttribute('role', 'button');
  node.setAttribute('aria-label', gridTitle(grid));
  node.setAttribute('data-id', `area-${grid.code}`);
}

/** The world with the frame cut out of it. @param {any} frame */
function outside(frame) {
  const world = [[-180, -85], [180, -85], [180, 85], [-180, 85], [-180, -85]];
  const parts = frame.type === 'MultiPolygon' ? frame.coordinates : [frame.coordinates];
  return { type: 'Polygon', coordinates: [world, ...parts.map((/** @type {any} */ part) => part[0])] };
}

/** @param {string} code @param {any} layer */
function listen(code, layer) {
  layer.on('click', () => setView({ sel: app.view.sel === `grid:${code}` ? '' : `grid:${code}` }));
  layer.on('mouseover', () => emit('hover', code));
  layer.on('mouseout', () => emit('hover', ''));
  layer.bindTooltip(() => tooltip(code), { sticky: true, direction: 'top', pane: 'tips', className: 'tip' });
}

/** @param {string} code */
function tooltip(code) {
  const grid = app.grids.get(code);
  if (!grid) return el('span', {}, code);
  return el('span', {}, el('b', {}, gridTitle(grid)), el('br'),
    t('tip.grid', { count: number(grid.count), open: number(grid.open), density: grid.per_km2 === null ? '–' : measureNumber(grid.per_km2) }));
}

/** Class 0-4 of each grid as it is shown now, -1 = none. @returns {number[]} */
export function shownClasses() {
  if (replayed) return app.desk.grids.map((/** @type {any} */ grid) => replayClass(replayed?.get(grid.code) ?? 0));
  return app.desk.measure.classes;
}

/** @param {number} n */
function replayClass(n) {
  if (n === 0) return -1;
  return Math.min(CLASSES - 1, replayBreaks.filter((edge) => n > edge).length);
}

function paint() {
  if (!app.desk) return;
  const shown = app.view.layers.includes('count') || replayed !== null;
  const classes = shownClasses();
  const only = replayed ? 0 : chosenClass();
  app.desk.grids.forEach((/** @type {any} */ grid, /** @type {number} */ i) => {
    const path = shapes.get(grid.code);
    const elements = path?.getElement ? [path.getElement()] : [];
    for (const node of elements) {
      if (!node) continue;
      reachable(node, grid);
      for (let k = 1; k <= CLASSES; k++) node.classList.toggle(`seq-${k}`, shown && classes[i] === k - 1);
      node.classList.toggle('off-filter', (app.view.grid.length > 0 && !app.view.grid.includes(grid.code)) || (only > 0 && classes[i] !== only - 1));
    }
  });
}

function select() {
  selection?.remove();
  selection = null;
  const [kind, code] = app.view.sel.split(/:(.*)/);
  const layer = kind === 'grid' ? shapes.get(code) : null;
  if (!layer) return;
  const style = (/** @type {string} */ className) => ({ pane: 'selection', interactive: false, style: { className } });
  selection = L.layerGroup([L.geoJSON(layer.feature, style('selected-case')), L.geoJSON(layer.feature, style('selected-line'))]).addTo(app.map);
}
