// Between steps of the draft and pixels of the map; and the drawing board for what is not a Leaflet layer.
import { app } from '../app.js';
import { svg } from '../el.js';
import { metresPerDegree, STEPS } from './geometry.js';
import { plan } from './state.js';

/** @typedef {import('./geometry.js').Spot} Spot */

const TILE = 256;

/** Layer point (pixels that move with the map) of a place in steps. @param {number} x @param {number} y @returns {Spot} */
export function toPoint(x, y) {
  const world = TILE * 2 ** app.map.getZoom();
  const corner = app.map.getPixelOrigin();
  const phi = ((plan.origin[1] + y) / STEPS) * (Math.PI / 180);
  const east = ((plan.origin[0] + x) / STEPS + 180) / 360;
  const north = (1 - Math.log(Math.tan(Math.PI / 4 + phi / 2)) / Math.PI) / 2;
  return { x: east * world - corner.x, y: north * world - corner.y };
}

/** Whole steps under a layer point. @param {Spot} point @returns {Spot} */
export function toSpot(point) {
  const world = TILE * 2 ** app.map.getZoom();
  const corner = app.map.getPixelOrigin();
  const lon = ((point.x + corner.x) / world) * 360 - 180;
  const lat = (Math.atan(Math.sinh(Math.PI * (1 - (2 * (point.y + corner.y)) / world))) * 180) / Math.PI;
  return { x: Math.round(lon * STEPS) - plan.origin[0], y: Math.round(lat * STEPS) - plan.origin[1] };
}

/** @param {MouseEvent} event @returns {Spot} layer point */
export function pointOf(event) {
  const point = app.map.mouseEventToLayerPoint(event);
  return { x: point.x, y: point.y };
}

/** Steps of longitude in a pixel, and how much shorter a step of longitude is than one of latitude on this map. */
export function scaleHere() {
  const lat = app.map.getCenter().lat;
  return { stepsPerPx: (360 * STEPS) / (TILE * 2 ** app.map.getZoom()), squeeze: Math.cos((lat * Math.PI) / 180) };
}

/** Steps that lead so many metres east and north of a place. @param {Spot} from @param {number} east_m @param {number} north_m @returns {Spot} */
export function stepBy(from, east_m, north_m) {
  const per = metresPerDegree((plan.origin[1] + from.y) / STEPS);
  return { x: from.x + Math.round((east_m / per.lon) * STEPS), y: from.y + Math.round((north_m / per.lat) * STEPS) };
}

/** The `d` of a path through places. @param {Spot[]} spots steps @param {boolean} [closed] */
export function pathThrough(spots, closed = false) {
  let d = '';
  for (const spot of spots) {
    const { x, y } = toPoint(spot.x, spot.y);
    d += `${d ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
  }
  return closed && d ? `${d}Z` : d;
}

/** @param {import('./geometry.js').Shape} shape @param {(i: number) => Spot | null} [instead] another place for a vertex */
export function pathOf(shape, instead = () => null) {
  const spots = [];
  for (let i = 0; i < shape.xs.length; i++) spots.push(instead(i) ?? { x: shape.xs[i], y: shape.ys[i] });
  return pathThrough(spots);
}

/**
 * A board in a pane: an svg whose coordinates are layer points. Its owner redraws when the map's zoom changed.
 * @param {string} pane @param {string} className @param {() => void} redraw
 */
export function board(pane, className, redraw) {
  const node = svg('svg', { class: `board ${className}`, width: 1, height: 1, focusable: 'false' });
  app.map.getPane(pane).append(node);
  app.map.on('zoomstart', () => node.classList.add('stale'));
  app.map.on('zoomend viewreset', () => { node.classList.remove('stale'); redraw(); });
  return node;
}
