// What moves with a handle, and whether it would run into something. Pure: shapes and steps in, shapes and steps out.
import { inTriangle, meets, nearest, touches } from './geometry.js';

/** @typedef {import('./geometry.js').Shape} Shape @typedef {import('./geometry.js').Spot} Spot */
/**
 * An arc of which some vertices move: index -> how much of the handle's way each goes (1 = all of it).
 * @typedef {{shape: Shape, weights: Map<number, number>}} Piece
 */

/** @param {Shape} shape @param {number} i @returns {Spot} */
function at(shape, i) {
  return { x: shape.xs[i], y: shape.ys[i] };
}

/**
 * A vertex goes, and those between it and the next handles go along, the less the farther they lie: a line of many vertices bends and grows no spike.
 * @param {Shape} shape @param {number} index @param {number[]} stops indices of vertices that stay @returns {Piece}
 */
export function pieceOf(shape, index, stops) {
  const weights = new Map([[index, 1]]);
  for (const way of [-1, 1]) {
    let length = 0;
    /** @type {[number, number][]} */
    const passed = [];
    for (let i = index + way; i >= 0 && i < shape.xs.length; i += way) {
      length += Math.hypot(shape.xs[i] - shape.xs[i - way], shape.ys[i] - shape.ys[i - way]);
      if (stops.includes(i) || i === 0 || i === shape.xs.length - 1) break;
      passed.push([i, length]);
    }
    for (const [i, far] of passed) weights.set(i, length ? 1 - far / length : 0);
  }
  return { shape, weights };
}

/** The same arc with a vertex more, which moves alone. @param {Shape} shape @param {number} index the vertex before it @param {Spot} spot @returns {Piece} */
export function pieceWithAdded(shape, index, spot) {
  const xs = [...shape.xs];
  const ys = [...shape.ys];
  xs.splice(index + 1, 0, spot.x);
  ys.splice(index + 1, 0, spot.y);
  return { shape: { ...shape, xs: Float64Array.from(xs), ys: Float64Array.from(ys) }, weights: new Map([[index + 1, 1]]) };
}

/** The place on some lines that is next to another. @param {Shape[]} rails @param {Spot} spot @param {number} squeeze length of a step of longitude in steps of latitude @returns {Spot} whole steps */
export function alongRails(rails, spot, squeeze) {
  const p = { x: spot.x * squeeze, y: spot.y };
  let best = spot;
  let closest = Infinity;
  for (const shape of rails) {
    for (let i = 1; i < shape.xs.length; i++) {
      const found = nearest(p, { x: shape.xs[i - 1] * squeeze, y: shape.ys[i - 1] }, { x: shape.xs[i] * squeeze, y: shape.ys[i] });
      const far = Math.hypot(found.x - p.x, found.y - p.y);
      if (far < closest) { closest = far; best = { x: Math.round(found.x / squeeze), y: Math.round(found.y) }; }
    }
  }
  return best;
}

/** Where a vertex is once the handle has gone (dx, dy). @param {Piece} piece @param {number} i @param {Spot} way @returns {Spot} whole steps */
export function moved({ shape, weights }, i, way) {
  const weight = weights.get(i);
  return weight === undefined ? at(shape, i) : { x: shape.xs[i] + Math.round(weight * way.x), y: shape.ys[i] + Math.round(weight * way.y) };
}

/** The ground between the old line and the new one, a ring for each run of moved vertices. @param {Piece} piece @param {Spot} way @returns {Spot[][]} */
export function groundOf(piece, way) {
  const indices = [...piece.weights.keys()].sort((a, b) => a - b);
  const rings = [];
  for (let k = 0; k < indices.length;) {
    const first = indices[k];
    while (k + 1 < indices.length && indices[k + 1] === indices[k] + 1) k++;
    const last = indices[k++];
    const [from, to] = [Math.max(0, first - 1), Math.min(piece.shape.xs.length - 1, last + 1)];
    const run = Array.from({ length: to - from + 1 }, (_, i) => from + i);
    rings.push([...run.map((i) => at(piece.shape, i)), ...run.reverse().map((i) => moved(piece, i, way))]);
  }
  return rings;
}

/**
 * Would a moved segment meet a line that stays, or the moved ground swallow a vertex of one? The server judges; this only colours the handle at once.
 * @param {Piece[]} pieces @param {Shape[]} around arcs of the grids beside them, the moved ones among them @param {Spot} way
 */
export function clash(pieces, around, way) {
  const weightsOf = new Map(pieces.map((it) => [it.shape.id, it]));
  return pieces.some((piece) => {
    for (let i = 1; i < piece.shape.xs.length; i++) {
      if (!piece.weights.has(i) && !piece.weights.has(i - 1)) continue;
      const quad = [at(piece.shape, i - 1), at(piece.shape, i), moved(piece, i - 1, way), moved(piece, i, way)];
      if (around.some((shape) => hits(quad, weightsOf.get(shape.id) ?? { shape, weights: new Map() }))) return true;
    }
    return false;
  });
}

/** @param {Spot[]} quad a segment before (0, 1) and after (2, 3) @param {Piece} other */
function hits(quad, { shape, weights }) {
  const xs = quad.map((it) => it.x);
  const ys = quad.map((it) => it.y);
  if (!meets(shape.box, { west: Math.min(...xs), east: Math.max(...xs), south: Math.min(...ys), north: Math.max(...ys) })) return false;
  const [a, b, c, d] = quad;
  const isOwn = (/** @type {Spot} */ p) => quad.some((it) => it.x === p.x && it.y === p.y);
  for (let i = 0; i < shape.xs.length; i++) {
    const p = at(shape, i);
    if (weights.has(i)) continue;
    if (!isOwn(p) && (inTriangle(p, a, b, c) || inTriangle(p, b, c, d))) return true;
    // A segment of which an end moves is judged as what it becomes, by the server; one that ends where ours does is its neighbour.
    if (i + 1 >= shape.xs.length || weights.has(i + 1) || isOwn(p) || isOwn(at(shape, i + 1))) continue;
    if (touches(c, d, p, at(shape, i + 1))) return true;
  }
  return false;
}
