// Incidents as symbols. Open ones stand for themselves; beyond a limit only red and waiting are drawn, and density carries the rest.
import { app, emit, isWall, on, setView } from '../app.js';
import { get, latest, openQuestion, spelledQuestion } from '../api.js';
import { el } from '../el.js';
import { gridTitle, t } from '../i18n.js';
import { clusterSymbol, symbol, symbolName } from '../symbols.js';
import { raise, settle } from '../notice.js';
import { cluster } from './cluster.js';

/** More than this in view is density's work. */
const MOST = 2000;
/** Red and waiting ones drawn when there are too many of all. */
const MOST_URGENT = 500;
/** What lies on top where symbols meet; Leaflet adds the pixel row to it. @type {Record<string, number>} */
const RANK = { red: 4, waiting: 3, yellow: 2, green: 1 };
const LIGHTS_OPEN = 'red,waiting,yellow,green';

/** @type {any} */
let group = null;
/** @type {any[]} */
let items = [];
/** Incidents seen before, to ring the new ones. @type {Set<string> | null} */
let known = null;
/** @type {Set<string>} */
const fresh = new Set();
let seq = -1;
const newSignal = latest();

export function startIncidents() {
  group = L.layerGroup().addTo(app.map);
  on('desk', (desk) => { if (desk.plan) load(); });
  on('view', (changed) => {
    if (changed.has('layers')) load();
    else if (changed.has('sel')) { fresh.delete(app.view.sel.slice(4)); draw(); }
  });
  app.map.on('zoomend', draw);
  let timer = 0;
  app.map.on('moveend', () => { if (byView()) { clearTimeout(timer); timer = setTimeout(load, 250); } });
}

/** Are there so many that only those in view are asked for? */
function byView() {
  return app.desk && (app.desk.figures.open > MOST || wantsClosed());
}

/** Without open matters, or by the filter, the closed ones of the interval are shown as dots. */
function wantsClosed() {
  return app.view.status.length > 0 || app.desk.figures.open === 0;
}

async function load() {
  if (!app.desk || !app.view.layers.includes('inc')) { items = []; tell('off', 0); draw(); return; }
  const signal = newSignal();
  const params = wantsClosed() ? spelledQuestion() : { ...openQuestion(), light: LIGHTS_OPEN };
  const box = byView() ? { bbox: boxOfView() } : {};
  try {
    // Where there may be very many, their number is asked for before they are.
    const matched = byView() ? (await get('/api/incidents', { ...params, ...box, limit: 1 }, signal)).numberMatched : 0;
    const few = matched <= MOST;
    const all = { ...params, ...box, limit: MOST, order: 'urgent' };
    const urgent = { ...openQuestion(), ...box, light: 'red,waiting', limit: MOST_URGENT, order: 'urgent' };
    const body = await get('/api/incidents', few ? all : urgent, signal);
    items = body.features;
    notice(items);
    tell(few ? 'all' : 'density', few ? body.numberMatched : matched);
    draw();
    settle('incidents');
  } catch (problem) {
    if (!signal.aborted) raise('incidents', problem);
  }
}

function boxOfView() {
  const b = app.map.getBounds().pad(0.05);
  const w = (/** @type {number} */ v, /** @type {number} */ limit) => Math.max(-limit, Math.min(limit, v)).toFixed(5);
  return [w(b.getWest(), 180), w(b.getSouth(), 90), w(b.getEast(), 180), w(b.getNorth(), 90)].join(',');
}

/** A new incident is ringed until somebody has looked at it. @param {any[]} features */
function notice(features) {
  const ids = features.map((it) => it.properties.id);
  if (known && app.desk.seq !== seq) for (const id of ids) if (!known.has(id)) fresh.add(id);
  known = new Set([...(known ?? []), ...ids]);
  seq = app.desk.seq;
}

/** @param {string} mode @param {number} matched */
function tell(mode, matched) {
  const placed = items.filter((it) => it.geometry).length;
  const unlocated = items.filter((it) => !it.geometry && it.properties.certainty === 'unlocated').length;
  app.drawn = { drawn: placed, matched, unlocated, by_grid: items.length - placed - unlocated, mode };
  emit('incidents', items);
}

/** Places of the symbols now on the map, in layer pixels. @returns {{x: number, y: number}[]} */
export function symbolPoints() {
  return items.length > 400 ? [] : items.filter((it) => it.geometry).map((it) => pixel(it));
}

/** @param {any} feature */
function pixel(feature) {
  const [lon, lat] = feature.geometry.coordinates;
  return app.map.latLngToLayerPoint([lat, lon]);
}

function draw() {
  group.clearLayers();
  const size = isWall() ? 44 : 26;
  const dots = items.filter((it) => it.geometry).map((item) => ({ ...pixel(item), light: item.properties.light, item }));
  const { single, groups } = cluster(dots.map(({ light, item, ...at }) => ({ x: at.x, y: at.y, light, item })), size * 0.75, dots.length > 200 ? 2 : 3);
  for (const it of groups) drawGroup(it, size);
  for (const dot of single) drawOne(dot.item, size);
  emit('incidents-drawn');
}

/** @param {any} feature @param {number} size */
function drawOne(feature, size) {
  const it = feature.properties;
  const selected = app.view.sel === `inc:${it.id}`;
  const name = symbolName(it, gridTitle(app.grids.get(it.grid), it.grid));
  const px = selected || fresh.has(it.id) ? size * 1.5 : size * (it.certainty === 'boundary' ? 1.3 : 1);
  const [lon, lat] = feature.geometry.coordinates;
  const marker = L.marker([lat, lon], {
    pane: 'incidents', keyboard: !isWall(), riseOnHover: true, zIndexOffset: selected ? 50000 : (RANK[it.light] ?? 0) * 10000,
    icon: L.divIcon({ className: 'dot-icon', iconSize: [px, px], html: /** @type {any} */ (symbol(it, px, { selected, fresh: fresh.has(it.id) })) }),
  }).addTo(group);
  marker.getElement()?.setAttribute('aria-label', name);
  marker.bindTooltip(el('span', {}, name), { direction: 'top', pane: 'tips', className: 'tip', offset: [0, -px / 2] });
  marker.on('click', () => setView({ sel: `inc:${it.id}` }));
}

/** @param {import('./cluster.js').Group} it @param {number} size */
function drawGroup(it, size) {
  /** @type {Record<string, number>} */
  const lights = {};
  for (const dot of it.members) lights[dot.light] = (lights[dot.light] ?? 0) + 1;
  const n = it.members.length;
  const px = size * (n > 99 || isWall() ? 1.7 : 1.35);
  const name = t('cluster.name', { n, yellow: lights.yellow ?? 0 });
  const marker = L.marker(app.map.layerPointToLatLng([it.x, it.y]), {
    pane: 'incidents', keyboard: !isWall(), icon: L.divIcon({ className: 'dot-icon', iconSize: [px, px], html: /** @type {any} */ (clusterSymbol(lights, n, px)) }),
  }).addTo(group);
  marker.getElement()?.setAttribute('aria-label', name);
  marker.bindTooltip(el('span', {}, name), { direction: 'top', pane: 'tips', className: 'tip', offset: [0, -px / 2] });
  marker.on('click', () => app.map.fitBounds(L.latLngBounds(it.members.map((dot) => { const [lon, lat] = dot.item.geometry.coordinates; return [lat, lon]; })).pad(0.3), { maxZoom: 19 }));
}
