// What the draft changes, on the map: ground that changes grid in orange hatch, new lines strong, replaced lines dotted; and the lines of a preview.
import { app } from '../app.js';
import { read } from './drafts.js';
import { hear, plan } from './state.js';

const WAIT_MS = 120;

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

/** Ring the place of a refusal. @param {any} collection */
export function markRefused(collection) {
  clearRing();
  const places = (collection?.features ?? []).filter((/** @type {any} */ it) => it.geometry);
  if (!places.length) return;
  const bounds = L.geoJSON(places[0]).getBounds();
  const centre = bounds.getCenter();
  const corner = app.map.latLngToLayerPoint(bounds.getNorthEast());
  const middle = app.map.latLngToLayerPoint(centre);
  const radius = Math.max(26, Math.min(160, Math.hypot(corner.x - middle.x, corner.y - middle.y) + 14));
  ring = L.layerGroup(['c-ring-case', 'c-ring'].map((className) => L.circleMarker(centre, { pane: 'drafted', radius, className, interactive: false, renderer: renderer('drafted') }))).addTo(app.map);
  if (!app.map.getBounds().contains(centre)) app.map.panTo(centre);
}

export function clearRing() {
  ring?.remove();
  ring = null;
}
