// Between steps of the draft and pixels of the map; and the drawing board for what is not a Leaflet layer.
import { app, isCity } from '../app.js';
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
 * A board in a pane: an svg whose coordinates are layer points. It follows the map's zooming like Leaflet's own layers; its owner redraws at the end.
 * @param {string} pane @param {string} className @param {() => void} redraw
 */
export function board(pane, className, redraw) {
  const node = svg('svg', { class: `board leaflet-zoom-animated ${className}`, width: 1, height: 1, focusable: 'false' });
  app.map.getPane(pane).append(node);
  app.map.on('zoomanim', (/** @type {any} */ event) => {
    // A city's lines are too many to be scaled in motion: they come back at the end.
    if (isCity()) { node.classList.add('stale'); return; }
    const corner = app.map.layerPointToLatLng([0, 0]);
    L.DomUtil.setTransform(node, app.map._latLngToNewLayerPoint(corner, event.zoom, event.center), app.map.getZoomScale(event.zoom));
  });
  let drawnFor = '';
  // One zoom fires all three; only a new corner or scale is worth a drawing.
  app.map.on('zoom viewreset zoomend', () => {
    const corner = app.map.getPixelOrigin();
    const now = `${corner.x},${corner.y},${app.map.getZoom()}`;
    L.DomUtil.setTransform(node, L.point(0, 0), 1);
    node.classList.remove('stale');
    if (now === drawnFor) return;
    drawnFor = now;
    redraw();
  });
  return node;
}
