// Drawn points catch on vertices, edges and streets near them.
import { get } from '../api.js';
import { nearest } from './geometry.js';
import { scaleHere } from './screen.js';
import { edgeNear, shapes, toSteps } from './shapes.js';
import { plan } from './state.js';

/** @typedef {import('./geometry.js').Spot} Spot */

const REACH_PX = 12;
/** Finer than any screen shows: streets as they are stored. */
const STREET_ZOOM = 20;

/** Streets by cell of a coarse lattice. @type {Map<string, [Spot, Spot][]>} */
const cells = new Map();
const CELL_STEPS = 200000;
/** @type {Promise<void> | null} */
let reading = null;

/** Fetch the streets once; without them lines catch on vertices and edges alone. */
export function readStreets() {
  reading ??= get('/api/base', { z: STREET_ZOOM }).then(keep).catch(() => { reading = null; });
  return reading;
}

/** @param {any} body */
function keep(body) {
  for (const { properties, geometry } of body.features) {
    if (properties.kind !== 'street') continue;
    const lines = geometry.type === 'LineString' ? [geometry.coordinates] : geometry.type === 'MultiLineString' ? geometry.coordinates : [];
    for (const line of lines) for (let i = 1; i < line.length; i++) keepSegment(toSteps(line[i - 1][0], line[i - 1][1]), toSteps(line[i][0], line[i][1]));
  }
}

/** @param {Spot} a @param {Spot} b */
function keepSegment(a, b) {
  const [west, east] = [Math.min(a.x, b.x), Math.max(a.x, b.x)].map((it) => Math.floor(it / CELL_STEPS));
  const [south, north] = [Math.min(a.y, b.y), Math.max(a.y, b.y)].map((it) => Math.floor(it / CELL_STEPS));
  for (let i = west; i <= east; i++) for (let j = south; j <= north; j++) {
    const key = `${i},${j}`;
    const there = cells.get(key);
    if (there) there.push([a, b]);
    else cells.set(key, [[a, b]]);
  }
}

/**
 * The place a point catches on, nearest kind first: a vertex, an edge, a street; itself where there is none or snapping is off.
 * @param {Spot} spot whole steps @param {{lines?: boolean}} [what] lines: vertices and edges count too, not streets alone
 * @returns {Spot & {on?: 'vertex' | 'edge' | 'street'}}
 */
export function snap(spot, { lines = true } = {}) {
  if (!plan.snapping) return spot;
  const { stepsPerPx, squeeze } = scaleHere();
  const reach = REACH_PX * stepsPerPx;
  const own = lines ? vertexNear(spot, reach, squeeze) ?? onEdge(spot, reach, squeeze) : null;
  return own ?? onStreet(spot, reach, squeeze) ?? spot;
}

/** @param {Spot} spot @param {number} reach @param {number} squeeze */
function vertexNear(spot, reach, squeeze) {
  let best = null;
  let closest = reach;
  for (const { box, xs, ys, full } of shapes.values()) {
    if (!full || spot.x < box.west - reach || spot.x > box.east + reach || spot.y < box.south - reach || spot.y > box.north + reach) continue;
    for (let i = 0; i < xs.length; i++) {
      const far = Math.hypot(xs[i] - spot.x, (ys[i] - spot.y) / squeeze);
      if (far < closest) { closest = far; best = { x: xs[i], y: ys[i], on: /** @type {const} */ ('vertex') }; }
    }
  }
  return best;
}

/** @param {Spot} spot @param {number} reach @param {number} squeeze */
function onEdge(spot, reach, squeeze) {
  const found = edgeNear(spot, reach, squeeze);
  return found && found.shape.full ? { x: Math.round(found.spot.x), y: Math.round(found.spot.y), on: /** @type {const} */ ('edge') } : null;
}

/** @param {Spot} spot @param {number} reach @param {number} squeeze */
function onStreet(spot, reach, squeeze) {
  let best = null;
  let closest = reach * squeeze;
  const p = { x: spot.x * squeeze, y: spot.y };
  for (let i = Math.floor((spot.x - reach) / CELL_STEPS); i <= Math.floor((spot.x + reach) / CELL_STEPS); i++) {
    for (let j = Math.floor((spot.y - reach) / CELL_STEPS); j <= Math.floor((spot.y + reach) / CELL_STEPS); j++) {
      for (const [a, b] of cells.get(`${i},${j}`) ?? []) {
        const at = nearest(p, { x: a.x * squeeze, y: a.y }, { x: b.x * squeeze, y: b.y });
        const far = Math.hypot(at.x - p.x, at.y - p.y);
        if (far < closest) { closest = far; best = { x: Math.round(at.x / squeeze), y: Math.round(at.y), on: /** @type {const} */ ('street') }; }
      }
    }
  }
  return best;
}
