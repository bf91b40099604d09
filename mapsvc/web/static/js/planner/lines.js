// The lines of the draft at rest: thin ink inside, the frame stronger. Three paths for any number of grids, only what is in view and near.
import { app } from '../app.js';
import { svg } from '../el.js';
import { STEPS } from './geometry.js';
import { board } from './screen.js';
import { isFrame, OUTSIDE, ringsOf, shapes } from './shapes.js';
import { hear, plan } from './state.js';

/** @typedef {import('./geometry.js').Shape} Shape */

/** Drawn beyond the view, as a share of it: a short pan shows no bare ground. */
const MARGIN = 0.4;
/** Vertices nearer than this to the one before change no pixel. */
const SAME_PX = 0.8;
/** Where grids are wider than this their lines are drawn strong even on a city's plan. */
const NEAR_PX = 160;

/** Vertices on the unit square of the map's projection, made once an arc. @type {WeakMap<Shape, {x: Float64Array, y: Float64Array}>} */
const made = new WeakMap();
/** Arcs that are drawn elsewhere for now, because they are being moved. @type {Set<number>} */
let hidden = new Set();
/** What the paths hold, in layer points. */
let drawn = { west: 0, north: 0, east: 0, south: 0 };

const land = svg('path', { class: 'land', 'fill-rule': 'evenodd' });
const casing = svg('path', { class: 'casing' });
const line = svg('path', { class: 'line' });
const frame = svg('path', { class: 'frame' });

export function startLines() {
  board('land', '', () => {}).append(land);
  board('casing', '', () => {}).append(casing);
  board('lines', '', drawLines).append(line, frame);
  hear('drawn', drawLines);
  app.map.on('moveend', () => { const { min, max } = seen(0); if (min.x < drawn.west || min.y < drawn.north || max.x > drawn.east || max.y > drawn.south) drawLines(); });
}

/** The view in layer points, and so much more. @param {number} margin */
function seen(margin) {
  const size = app.map.getSize();
  const corner = app.map.containerPointToLayerPoint([0, 0]);
  return { min: { x: corner.x - size.x * margin, y: corner.y - size.y * margin }, max: { x: corner.x + size.x * (1 + margin), y: corner.y + size.y * (1 + margin) } };
}

export function drawLines() {
  const { min, max } = seen(MARGIN);
  drawn = { west: min.x, north: min.y, east: max.x, south: max.y };
  const world = 256 * 2 ** app.map.getZoom();
  const origin = app.map.getPixelOrigin();
  const parts = { inner: '', frame: '' };
  for (const shape of shapes.values()) {
    if (hidden.has(shape.id)) continue;
    const d = pathIn(shape, world, origin);
    if (isFrame(shape)) parts.frame += d;
    else parts.inner += d;
  }
  casing.setAttribute('d', parts.inner);
  line.setAttribute('d', parts.inner);
  frame.setAttribute('d', parts.frame);
  if (hidden.size === 0) drawLand(world, origin);
  app.map.getContainer().classList.toggle('near', widthOfGrids() > NEAR_PX);
}

/** @param {number} world @param {{x: number, y: number}} origin */
function drawLand(world, origin) {
  let d = '';
  for (const ring of ringsOf(OUTSIDE)) {
    d += `M${ring.map((it) => { const { x, y } = unit(it.x, it.y); return `${Math.round(x * world - origin.x)} ${Math.round(y * world - origin.y)}`; }).join('L')}Z`;
  }
  land.setAttribute('d', d);
}

/** About how wide a grid is on the screen. */
function widthOfGrids() {
  let west = Infinity;
  let east = -Infinity;
  for (const { box } of shapes.values()) { if (box.west < west) west = box.west; if (box.east > east) east = box.east; }
  return (((east - west) / STEPS / 360) * 256 * 2 ** app.map.getZoom()) / Math.sqrt(Math.max(1, plan.grids.size));
}

/** A place on the unit square: 0,0 = north west corner of the world. @param {number} x steps @param {number} y steps */
function unit(x, y) {
  const phi = ((plan.origin[1] + y) / STEPS) * (Math.PI / 180);
  return { x: ((plan.origin[0] + x) / STEPS + 180) / 360, y: (1 - Math.log(Math.tan(Math.PI / 4 + phi / 2)) / Math.PI) / 2 };
}

/** @param {Shape} shape */
function projected(shape) {
  let found = made.get(shape);
  if (!found) {
    found = { x: new Float64Array(shape.xs.length), y: new Float64Array(shape.xs.length) };
    for (let i = 0; i < shape.xs.length; i++) { const it = unit(shape.xs[i], shape.ys[i]); found.x[i] = it.x; found.y[i] = it.y; }
    made.set(shape, found);
  }
  return found;
}

/** The path of an arc in layer points, '' where it is out of sight. @param {Shape} shape @param {number} world @param {{x: number, y: number}} origin */
function pathIn(shape, world, origin) {
  const a = unit(shape.box.west, shape.box.north);
  const b = unit(shape.box.east, shape.box.south);
  if (b.x * world - origin.x < drawn.west || a.x * world - origin.x > drawn.east || b.y * world - origin.y < drawn.north || a.y * world - origin.y > drawn.south) return '';
  const { x: xs, y: ys } = projected(shape);
  let d = '';
  let lastX = Infinity;
  let lastY = Infinity;
  for (let i = 0; i < xs.length; i++) {
    const x = xs[i] * world - origin.x;
    const y = ys[i] * world - origin.y;
    if (i > 0 && i < xs.length - 1 && Math.abs(x - lastX) < SAME_PX && Math.abs(y - lastY) < SAME_PX) continue;
    d += `${i ? 'L' : 'M'}${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`;
    lastX = x;
    lastY = y;
  }
  return d;
}

/** @param {Iterable<number>} ids arcs that something else draws */
export function hideLines(ids) {
  const next = new Set(ids);
  if (next.size === 0 && hidden.size === 0) return;
  hidden = next;
  drawLines();
}
