// The draft's arcs, decoded: which meet where, which grid is under a place, what an edge is called.
import { gridTitle, t } from '../i18n.js';
import { decode, endKey, grow, holders, nearest, rings, STEPS } from './geometry.js';
import { hear, plan, tell } from './state.js';

/** @typedef {import('./geometry.js').Shape} Shape @typedef {import('./geometry.js').Spot} Spot */

export const OUTSIDE = -1;

/** Decoded arcs by id. @type {Map<number, Shape>} */
export const shapes = new Map();
/** Arc ends by place. @type {Map<string, {shape: Shape, end: 0 | 1}[]>} */
const ends = new Map();
/** Arcs by the grid at their side. @type {Map<number, Set<Shape>>} */
const sides = new Map();
let origin = '';

/** Hear of changed arcs before anybody else does; tells 'drawn' once the shapes are those of `plan`. */
export function startShapes() {
  hear('shapes', (changed) => { follow(changed); tell('drawn', changed); });
}

/** @param {{removed?: number[], added?: any[]} | null | undefined} changed null = all may be new */
export function follow(changed) {
  const now = plan.origin.join();
  if (!changed || now !== origin) {
    origin = now;
    const kept = new Map(shapes);
    for (const all of [shapes, ends, sides]) all.clear();
    for (const arc of plan.arcs.values()) put(kept.get(arc.id)?.full === arc.full && same(kept.get(arc.id), arc) ? /** @type {Shape} */ (kept.get(arc.id)) : decode(arc));
    return;
  }
  for (const id of changed.removed ?? []) drop(id);
  for (const it of changed.added ?? []) {
    const arc = plan.arcs.get(typeof it === 'number' ? it : it.id);
    if (arc) { drop(arc.id); put(decode(arc)); }
  }
}

/** An arc keeps its id only while it does not change, so ends and sides tell. @param {Shape | undefined} shape @param {any} arc */
function same(shape, arc) {
  return shape !== undefined && shape.left === arc.left && shape.right === arc.right && shape.xs.length * 2 === arc.steps.length && shape.xs[0] === arc.steps[0] && shape.ys[0] === arc.steps[1];
}

/** @param {Shape} shape */
function put(shape) {
  shapes.set(shape.id, shape);
  for (const end of /** @type {(0 | 1)[]} */ ([0, 1])) {
    const key = endKey(shape, end);
    const there = ends.get(key);
    if (there) there.push({ shape, end });
    else ends.set(key, [{ shape, end }]);
  }
  for (const side of [shape.left, shape.right]) {
    const there = sides.get(side);
    if (there) there.add(shape);
    else sides.set(side, new Set([shape]));
  }
}

/** @param {number} id */
function drop(id) {
  const shape = shapes.get(id);
  if (!shape) return;
  shapes.delete(id);
  sides.get(shape.left)?.delete(shape);
  sides.get(shape.right)?.delete(shape);
  for (const end of /** @type {(0 | 1)[]} */ ([0, 1])) {
    const key = endKey(shape, end);
    const left = (ends.get(key) ?? []).filter((it) => it.shape !== shape);
    if (left.length) ends.set(key, left);
    else ends.delete(key);
  }
}

/** @param {number} x steps @param {number} y steps @returns {[number, number]} lon, lat on the lattice */
export function toLonLat(x, y) {
  return [(plan.origin[0] + x) / STEPS, (plan.origin[1] + y) / STEPS];
}

/** @param {number} lon @param {number} lat @returns {Spot} whole steps from the origin */
export function toSteps(lon, lat) {
  return { x: Math.round(lon * STEPS) - plan.origin[0], y: Math.round(lat * STEPS) - plan.origin[1] };
}

/** All arc ends at the place of one vertex. @param {Shape} shape @param {number} index */
export function endsAt(shape, index) {
  return ends.get(`${shape.xs[index]},${shape.ys[index]}`) ?? [];
}

/** @param {Shape} shape @param {number} index */
export function isEnd(shape, index) {
  return index === 0 || index === shape.xs.length - 1;
}

/** @param {Shape} shape */
export function isFrame(shape) {
  return shape.left < 0 || shape.right < 0;
}

/** Does the community's own edge pass here? @param {Shape} shape @param {number} index */
export function onFrame(shape, index) {
  return isFrame(shape) || (isEnd(shape, index) && endsAt(shape, index).some((it) => isFrame(it.shape)));
}

/** Is one of its grids locked, so that nobody may move it? @param {Shape} shape */
export function isLocked(shape) {
  return [shape.left, shape.right].some((side) => plan.grids.get(side)?.locked);
}

/** @param {number} number @returns {Shape[]} */
export function shapesOf(number) {
  return [...(sides.get(number) ?? [])];
}

/** @param {number} number @returns {Spot[][]} */
export function ringsOf(number) {
  return rings(shapesOf(number).filter((it) => it.left !== it.right));
}

/** The grid under a place; on a shared line the one with the lowest code. @param {number} x @param {number} y */
export function gridAt(x, y) {
  const found = [...holders(shapes.values(), x, y)].map((number) => plan.grids.get(number)).filter((it) => it !== undefined);
  return found.sort((a, b) => (a.code < b.code ? -1 : 1))[0] ?? null;
}

/** @param {string} code */
export function gridOf(code) {
  return [...plan.grids.values()].find((it) => it.code === code);
}

/** Codes of grids that share an edge with this one. @param {string} code */
export function neighboursOf(code) {
  const number = gridOf(code)?.number;
  const found = new Set();
  for (const { left, right } of number === undefined ? [] : shapesOf(number)) found.add(plan.grids.get(left === number ? right : left)?.code);
  found.delete(undefined);
  found.delete(code);
  return found;
}

/**
 * The edge nearest to a place, within `reach` steps of longitude.
 * @param {Spot} at @param {number} reach @param {number} squeeze length of a step of longitude in steps of latitude @param {Iterable<Shape>} [among]
 */
export function edgeNear(at, reach, squeeze, among = shapes.values()) {
  let best = null;
  const p = { x: at.x * squeeze, y: at.y };
  let closest = reach * squeeze;
  const box = { west: at.x - reach, east: at.x + reach, south: at.y - reach * squeeze, north: at.y + reach * squeeze };
  for (const shape of among) {
    if (shape.box.west > box.east || shape.box.east < box.west || shape.box.south > box.north || shape.box.north < box.south) continue;
    const { xs, ys } = shape;
    for (let i = 1; i < xs.length; i++) {
      const spot = nearest(p, { x: xs[i - 1] * squeeze, y: ys[i - 1] }, { x: xs[i] * squeeze, y: ys[i] });
      const far = Math.hypot(spot.x - p.x, spot.y - p.y);
      if (far < closest) { closest = far; best = { shape, index: i - 1, spot: { x: spot.x / squeeze, y: spot.y } }; }
    }
  }
  return best;
}

/** "Edge between 05 Lantern and 06 Brick Lane, 7 vertices". @param {Shape} shape */
export function edgeTitle(shape) {
  const grids = [shape.left, shape.right].map((side) => plan.grids.get(side)).filter((it) => it !== undefined).sort((a, b) => (a.code < b.code ? -1 : 1));
  const n = shape.xs.length;
  if (grids.length === 2) return t('planner.draw.edge', { a: gridTitle(grids[0]), b: gridTitle(grids[1]), n });
  return t('planner.draw.edge_frame', { a: grids.length ? gridTitle(grids[0]) : '', n });
}

/** Box of all arcs, or of one grid, in degrees; null while there are none. @param {Iterable<Shape>} [some] */
export function boundsOf(some = shapes.values()) {
  const box = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
  for (const shape of some) { grow(box, shape.box.west, shape.box.south); grow(box, shape.box.east, shape.box.north); }
  if (box.west > box.east) return null;
  const [west, south] = toLonLat(box.west, box.south);
  const [east, north] = toLonLat(box.east, box.north);
  return { west, south, east, north };
}
