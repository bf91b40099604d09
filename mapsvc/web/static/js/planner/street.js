// The street that a line runs beside: looked up among the streets of the ground, measured in metres on the spot.
import { get } from '../api.js';

const STREET_ZOOM = 20; // as they are stored
const DEGREE_M = 111320;

/** @type {Promise<number[][][]> | null} */
let reading = null;

/** Every street line of the ground, degrees. */
function streets() {
  reading ??= get('/api/base', { z: STREET_ZOOM }).then((body) => body.features.filter((/** @type {any} */ it) => it.properties.kind === 'street')
    .flatMap((/** @type {any} */ it) => (it.geometry.type === 'MultiLineString' ? it.geometry.coordinates : [it.geometry.coordinates])));
  return reading;
}

/**
 * The street nearest to all of these points. @param {number[][]} points degrees
 * @returns {Promise<{line: number[][], far_m: number} | null>} far_m: how far the farthest of them lies from it
 */
export async function streetBeside(points) {
  const lines = await streets().catch(() => { reading = null; return []; });
  let best = null;
  for (const line of lines) {
    const far_m = Math.max(...points.map((point) => metresTo(point, line)));
    if (!best || far_m < best.far_m) best = { line, far_m };
  }
  return best;
}

/** @param {number[]} point @param {number[][]} line */
function metresTo([lon, lat], line) {
  const squeeze = Math.cos((lat * Math.PI) / 180);
  const flat = line.map(([x, y]) => [(x - lon) * squeeze * DEGREE_M, (y - lat) * DEGREE_M]);
  let least = Infinity;
  for (let i = 1; i < flat.length; i++) {
    const [[ax, ay], [bx, by]] = [flat[i - 1], flat[i]];
    const long = (bx - ax) ** 2 + (by - ay) ** 2;
    const k = long ? Math.max(0, Math.min(1, -(ax * (bx - ax) + ay * (by - ay)) / long)) : 0;
    least = Math.min(least, Math.hypot(ax + k * (bx - ax), ay + k * (by - ay)));
  }
  return least;
}
