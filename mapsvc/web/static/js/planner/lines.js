// The lines of the draft at rest: thin ink inside, the frame stronger. Few paths for any number of grids.
import { app } from '../app.js';
import { STEPS } from './geometry.js';
import { isFrame, OUTSIDE, ringsOf, shapes } from './shapes.js';
import { hear, plan } from './state.js';

/** @typedef {import('./geometry.js').Shape} Shape */

/** Lines as Leaflet wants them, made once an arc. @type {WeakMap<Shape, any[]>} */
const made = new WeakMap();
/** Arcs that are drawn elsewhere for now, because they are being moved. @type {Set<number>} */
let hidden = new Set();
/** @type {{land: any, casing: any, line: any, frame: any} | null} */
let layers = null;

export function startLines() {
  const renderer = (/** @type {string} */ pane) => L.svg({ pane, padding: 0.3 });
  const lines = renderer('lines');
  const layer = (/** @type {string} */ pane, /** @type {string} */ className, /** @type {any} */ on) => L.polyline([], { pane, renderer: on, className, interactive: false, smoothFactor: 0.8 }).addTo(app.map);
  const land = L.polygon([], { pane: 'land', renderer: renderer('land'), className: 'land', interactive: false }).addTo(app.map);
  layers = { land, casing: layer('casing', 'casing', renderer('casing')), line: layer('lines', 'line', lines), frame: layer('lines', 'frame', lines) };
  hear('drawn', drawLines);
}

export function drawLines() {
  if (!layers) return;
  const inner = [];
  const frame = [];
  for (const shape of shapes.values()) if (!hidden.has(shape.id)) (isFrame(shape) ? frame : inner).push(latLngs(shape));
  layers.casing.setLatLngs(inner);
  layers.line.setLatLngs(inner);
  layers.frame.setLatLngs(frame);
  if (hidden.size === 0) layers.land.setLatLngs(ringsOf(OUTSIDE).map((ring) => ring.map(({ x, y }) => L.latLng((plan.origin[1] + y) / STEPS, (plan.origin[0] + x) / STEPS))));
}

/** @param {Iterable<number>} ids arcs that something else draws */
export function hideLines(ids) {
  const next = new Set(ids);
  if (next.size === 0 && hidden.size === 0) return;
  hidden = next;
  drawLines();
}

/** @param {Shape} shape */
function latLngs(shape) {
  let line = made.get(shape);
  if (!line) {
    line = [];
    for (let i = 0; i < shape.xs.length; i++) line.push(L.latLng((plan.origin[1] + shape.ys[i]) / STEPS, (plan.origin[0] + shape.xs[i]) / STEPS));
    made.set(shape, line);
  }
  return line;
}
