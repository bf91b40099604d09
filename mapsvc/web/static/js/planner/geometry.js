// Plane geometry on whole steps of 1e-8 degree, counted from the draft's origin. Pure: no map, no page.

/** Steps in a degree. */
export const STEPS = 1e8;

/**
 * An arc as the page draws it: vertices as steps from the origin.
 * @typedef {object} Shape
 * @property {number} id @property {number} left @property {number} right grid numbers, -1 outside, -2 a gap
 * @property {boolean} full false = simplified: its inner vertices have no index
 * @property {Float64Array} xs @property {Float64Array} ys steps from the origin
 * @property {boolean} closed
 * @property {Box} box
 * @typedef {{west: number, south: number, east: number, north: number}} Box in steps
 * @typedef {{x: number, y: number}} Spot
 */

/** @param {{id: number, left: number, right: number, full: boolean, steps: number[]}} arc @returns {Shape} */
export function decode(arc) {
  const n = arc.steps.length / 2;
  const xs = new Float64Array(n);
  const ys = new Float64Array(n);
  let x = 0;
  let y = 0;
  const box = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
  for (let i = 0; i < n; i++) {
    x += arc.steps[2 * i];
    y += arc.steps[2 * i + 1];
    xs[i] = x;
    ys[i] = y;
    grow(box, x, y);
  }
  return { id: arc.id, left: arc.left, right: arc.right, full: arc.full !== false, xs, ys, closed: n > 1 && xs[0] === x && ys[0] === y, box };
}

/** @param {Box} box @param {number} x @param {number} y */
export function grow(box, x, y) {
  if (x < box.west) box.west = x;
  if (x > box.east) box.east = x;
  if (y < box.south) box.south = y;
  if (y > box.north) box.north = y;
}

/** @param {Box} a @param {Box} b */
export function meets(a, b) {
  return a.west <= b.east && b.west <= a.east && a.south <= b.north && b.south <= a.north;
}

/** Twice the signed area of a triangle: > 0 = c lies left of a -> b. @param {Spot} a @param {Spot} b @param {Spot} c */
export function turn(a, b, c) {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

/** Have the two segments a point in common? @param {Spot} a @param {Spot} b @param {Spot} c @param {Spot} d */
export function touches(a, b, c, d) {
  if (Math.max(a.x, b.x) < Math.min(c.x, d.x) || Math.max(c.x, d.x) < Math.min(a.x, b.x)) return false;
  if (Math.max(a.y, b.y) < Math.min(c.y, d.y) || Math.max(c.y, d.y) < Math.min(a.y, b.y)) return false;
  return Math.sign(turn(a, b, c)) * Math.sign(turn(a, b, d)) <= 0 && Math.sign(turn(c, d, a)) * Math.sign(turn(c, d, b)) <= 0;
}

/** Is p inside the triangle or on its rim? A flat triangle holds nothing. @param {Spot} p @param {Spot} a @param {Spot} b @param {Spot} c */
export function inTriangle(p, a, b, c) {
  const whole = turn(a, b, c);
  if (whole === 0) return false;
  const way = Math.sign(whole);
  return turn(a, b, p) * way >= 0 && turn(b, c, p) * way >= 0 && turn(c, a, p) * way >= 0;
}

/** The place on a -> b nearest to p, and how far along it is (0..1). @param {Spot} p @param {Spot} a @param {Spot} b */
export function nearest(p, a, b) {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const length2 = dx * dx + dy * dy;
  const share = length2 === 0 ? 0 : Math.max(0, Math.min(1, ((p.x - a.x) * dx + (p.y - a.y) * dy) / length2));
  return { x: a.x + share * dx, y: a.y + share * dy, share };
}

/** Where the lines through a-b and c-d meet, null where they are parallel. @param {Spot} a @param {Spot} b @param {Spot} c @param {Spot} d */
export function meeting(a, b, c, d) {
  const across = (b.x - a.x) * (d.y - c.y) - (b.y - a.y) * (d.x - c.x);
  if (across === 0) return null;
  const share = ((c.x - a.x) * (d.y - c.y) - (c.y - a.y) * (d.x - c.x)) / across;
  return { x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y) };
}

/** Metres in a degree of longitude and of latitude there (series of the WGS 84 ellipsoid, good to 1 in 1e5). @param {number} lat */
export function metresPerDegree(lat) {
  const phi = (lat * Math.PI) / 180;
  return { lon: 111412.84 * Math.cos(phi) - 93.5 * Math.cos(3 * phi) + 0.118 * Math.cos(5 * phi), lat: 111132.92 - 559.82 * Math.cos(2 * phi) + 1.175 * Math.cos(4 * phi) };
}

/** Metres between two places. @param {[number, number]} a lon, lat @param {[number, number]} b lon, lat */
export function metresBetween(a, b) {
  const per = metresPerDegree((a[1] + b[1]) / 2);
  return Math.hypot((b[0] - a[0]) * per.lon, (b[1] - a[1]) * per.lat);
}

/** Numbers whose outline is crossed an odd number of times by the ray going east from (x, y). @param {Iterable<Shape>} shapes @param {number} x @param {number} y */
export function holders(shapes, x, y) {
  /** @type {Set<number>} */
  const odd = new Set();
  const flip = (/** @type {number} */ number) => { if (number >= 0 && !odd.delete(number)) odd.add(number); };
  for (const { xs, ys, box, left, right } of shapes) {
    if (y < box.south || y > box.north || x > box.east) continue;
    for (let i = 1; i < xs.length; i++) {
      if ((ys[i - 1] > y) === (ys[i] > y)) continue;
      if (x < xs[i - 1] + ((y - ys[i - 1]) * (xs[i] - xs[i - 1])) / (ys[i] - ys[i - 1])) { flip(left); flip(right); }
    }
  }
  return odd;
}

/** @param {Shape} shape @param {0 | 1} end 0 = first vertex, 1 = last */
export function endKey(shape, end) {
  const i = end === 0 ? 0 : shape.xs.length - 1;
  return `${shape.xs[i]},${shape.ys[i]}`;
}

/**
 * The outline of one grid as rings, from its arcs. Any pairing at a place where the grid touches itself fills the same ground.
 * @param {Shape[]} shapes arcs with the grid on one side @returns {Spot[][]}
 */
export function rings(shapes) {
  /** @type {Map<string, Set<Shape>>} */
  const at = new Map();
  const put = (/** @type {string} */ key, /** @type {Shape} */ shape) => { const there = at.get(key); if (there) there.add(shape); else at.set(key, new Set([shape])); };
  for (const shape of shapes) { put(endKey(shape, 0), shape); put(endKey(shape, 1), shape); }
  const free = new Set(shapes);
  const found = [];
  for (const start of shapes) {
    if (!free.has(start)) continue;
    /** @type {Spot[]} */
    const ring = [];
    /** @type {Shape | undefined} */
    let shape = start;
    let from = endKey(start, 0);
    while (shape) {
      free.delete(shape);
      const forward = endKey(shape, 0) === from;
      const n = shape.xs.length;
      for (let k = 0; k < n - 1; k++) { const i = forward ? k : n - 1 - k; ring.push({ x: shape.xs[i], y: shape.ys[i] }); }
      from = endKey(shape, forward ? 1 : 0);
      shape = [...(at.get(from) ?? [])].find((it) => free.has(it));
    }
    found.push(ring);
  }
  return found;
}
