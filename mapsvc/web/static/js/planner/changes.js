// What the draft changes, on the map: ground that changes grid in orange hatch, new lines strong, replaced lines dotted; and the lines of a preview.
import { app } from '../app.js';
import { calm } from '../map.js';
import { read } from './drafts.js';
import { meeting, touches } from './geometry.js';
import { hear, plan } from './state.js';

const WAIT_MS = 120;
const MOST_RINGS = 5;
const MOST_SEGMENTS = 200;

/** @type {any[]} */
let layers = [];
/** @type {any} */
let lines = null;
/** @type {any} */
let ring = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let soon;
let shownFor = '';
let asked = 0;
/** What is drawn, for labels and the legend. @type {any[]} */
export let features = [];

export function startChanges() {
  hear('draft', () => { clearTimeout(soon); soon = setTimeout(load, WAIT_MS); });
  hear('preview', (detail) => drawPreview(detail?.lines ?? null));
  hear('refused', (detail) => markRefused(detail?.findings));
  hear('shapes', (detail) => { if (detail) clearRing(); });
  hear('tool', clearRing);
  load();
}

async function load() {
  const draft = plan.draft;
  if (!draft) return;
  const key = `${draft.id}:${draft.revision}`;
  if (key === shownFor) return;
  const mine = ++asked;
  try {
    const body = await read('/changes');
    if (mine !== asked) return;
    shownFor = key;
    draw(body.features ?? []);
  } catch {
    // the lines themselves are drawn: a later look brings the hatch
  }
}

/** @param {any[]} found */
function draw(found) {
  features = found;
  for (const layer of layers) layer.remove();
  const of = (/** @type {string} */ kind) => found.filter((it) => it.properties.kind === kind && it.geometry);
  const add = (/** @type {any[]} */ some, /** @type {string} */ pane, /** @type {string} */ className) => L.geoJSON(some, { pane, interactive: false, style: { className }, renderer: renderer(pane) }).addTo(app.map);
  layers = [
    add(of('area'), 'hatch', 'c-area'), add(of('new_line'), 'drafted', 'c-case'), add(of('new_line'), 'drafted', 'c-new'),
    add(of('old_line'), 'drafted', 'c-old-case'), add(of('old_line'), 'drafted', 'c-old'),
  ];
}

/** @type {Map<string, any>} */
const renderers = new Map();
/** @param {string} pane */
function renderer(pane) {
  if (!renderers.has(pane)) renderers.set(pane, L.svg({ pane, padding: 0.3 }));
  return renderers.get(pane);
}

/** @param {any} collection */
function drawPreview(collection) {
  lines?.remove();
  lines = null;
  // A vertex in hand draws itself.
  if (!collection?.features?.length || document.body.classList.contains('dragging')) return;
  lines = L.geoJSON(collection, { pane: 'drafted', interactive: false, style: { className: 'c-preview' }, renderer: renderer('drafted') }).addTo(app.map);
}

/** Ring the places of a refusal. @param {any} collection */
export function markRefused(collection) {
  clearRing();
  const places = placesOf((collection?.features ?? []).flatMap((/** @type {any} */ it) => partsOf(it.geometry))).slice(0, MOST_RINGS);
  if (!places.length) return;
  ring = L.layerGroup(places.flatMap(ringsAround)).addTo(app.map);
  const first = L.geoJSON(places[0]).getBounds().getCenter();
  if (!app.map.getBounds().contains(first)) app.map.panTo(first, { animate: !calm() });
}

/** A place that lies in parts has a ring round each. @param {any} geometry @returns {any[]} */
function partsOf(geometry) {
  if (!geometry) return [];
  if (geometry.type === 'GeometryCollection') return geometry.geometries.flatMap(partsOf);
  if (!geometry.type.startsWith('Multi')) return [geometry];
  return geometry.coordinates.map((/** @type {any} */ coordinates) => ({ type: geometry.type.slice(5), coordinates }));
}

/** Where lines are what is wrong, the place is where they cross. @param {any[]} parts */
function placesOf(parts) {
  const segments = parts.filter((it) => it.type === 'LineString').flatMap(({ coordinates: line }) => line.slice(1).map((/** @type {any} */ it, /** @type {number} */ i) => [line[i], it].map(([x, y]) => ({ x, y }))));
  const found = [];
  for (let i = 0; i < segments.length && i < MOST_SEGMENTS; i++) for (let j = 0; j < i && found.length < MOST_RINGS; j++) {
    const [a, b] = segments[i];
    const [c, d] = segments[j];
    const isJoined = [c, d].some((it) => [a, b].some((own) => own.x === it.x && own.y === it.y));
    const spot = isJoined || !touches(a, b, c, d) ? null : meeting(a, b, c, d);
    if (spot) found.push({ type: 'Point', coordinates: [spot.x, spot.y] });
  }
  return found.length ? found : parts;
}

/** @param {any} geometry */
function ringsAround(geometry) {
  const bounds = L.geoJSON(geometry).getBounds();
  const corner = app.map.latLngToLayerPoint(bounds.getNorthEast());
  const middle = app.map.latLngToLayerPoint(bounds.getCenter());
  const radius = Math.max(26, Math.min(160, Math.hypot(corner.x - middle.x, corner.y - middle.y) + 14));
  return ['c-ring-case', 'c-ring'].map((className) => L.circleMarker(bounds.getCenter(), { pane: 'drafted', radius, className, interactive: false, renderer: renderer('drafted') }));
}

export function clearRing() {
  ring?.remove();
  ring = null;
}
