// The plan as a drawing of its own, from what is public: base shapes, lines, and names where they are wanted.
import { get } from '../../api.js';
import { fill, svg } from '../../el.js';

const WIDE = 1000;
const STREET_M = 8;
const ZOOM_LINES = 15;
const ZOOM_BASE = 16;
const METRES_A_DEGREE = 111320;
const KINDS = ['water', 'park', 'street', 'building'];

/**
 * @typedef {{x: number, y: number}} Spot
 * @typedef {{box: number[], size: Spot, grids: Map<string, {shape: SVGElement, at: Spot}>, svg: SVGElement}} Sketch
 */

/**
 * Draw into a place. Nothing is drawn where there is no plan yet.
 * @param {HTMLElement} place @param {{fill?: boolean, name?: (code: string) => string}} [how] fill: no margins, parts may be cut off
 * @returns {Promise<Sketch | null>}
 */
export async function drawSketch(place, { fill: cover = false, name } = {}) {
  const grids = await get('/api/grids', { z: ZOOM_LINES }).catch(() => null);
  if (!grids?.features?.length) return null;
  const base = await get('/api/base', { z: ZOOM_BASE }).catch(() => ({ features: [] }));
  const frame = boxOf(rings(grids.frame));
  const [west, south, east, north] = frame;
  const flat = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const unit = WIDE / ((east - west) * flat);
  const put = (/** @type {number[]} */ [lon, lat]) => ({ x: (lon - west) * flat * unit, y: (north - lat) * unit });
  const size = { x: WIDE, y: (north - south) * unit };
  const path = (/** @type {any} */ geometry) => lines(geometry).map((line) => line.map((at, i) => { const { x, y } = put(at); return `${i ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`; }).join('') + (isArea(geometry) ? 'Z' : '')).join('');
  const street = Math.max(1.2, (STREET_M / METRES_A_DEGREE) * unit);
  const layers = KINDS.map((kind) => svg('path', { class: `sk-${kind}`, d: base.features.filter((/** @type {any} */ it) => it.properties.kind === kind).map((/** @type {any} */ it) => path(it.geometry)).join(''), ...(kind === 'street' ? { 'stroke-width': street } : {}) }));
  /** @type {Sketch['grids']} */
  const found = new Map();
  const shapes = grids.features.map((/** @type {any} */ it) => {
    const shape = svg('path', { class: 'sk-grid', d: path(it.geometry), 'data-code': it.properties.code });
    found.set(it.properties.code, { shape, at: put(middle(rings(it.geometry))) });
    return shape;
  });
  const labels = name ? [...found].map(([code, { at }]) => svg('text', { class: 'sk-name', x: at.x, y: at.y }, name(code))) : [];
  const margin = cover ? 0 : WIDE * 0.03;
  const box = [-margin, -margin, size.x + 2 * margin, size.y + 2 * margin];
  const drawing = svg('svg', { class: 'sketch', viewBox: box.join(' '), preserveAspectRatio: `xMidYMid ${cover ? 'slice' : 'meet'}`, 'aria-hidden': 'true', focusable: 'false' },
    svg('path', { class: 'sk-land', d: path(grids.frame) }), layers, shapes, svg('path', { class: 'sk-frame', d: path(grids.frame) }), labels);
  fill(place, drawing);
  return { box, size, grids: found, svg: drawing };
}

/** @param {any} geometry */
function isArea(geometry) {
  return /Polygon$/.test(geometry?.type ?? '');
}

/** Every line of a geometry. @param {any} geometry @returns {number[][][]} */
function lines(geometry) {
  switch (geometry?.type) {
    case 'LineString': return [geometry.coordinates];
    case 'Polygon': case 'MultiLineString': return geometry.coordinates;
    case 'MultiPolygon': return geometry.coordinates.flat();
    case 'GeometryCollection': return geometry.geometries.flatMap(lines);
    default: return [];
  }
}

/** The outer rings of a geometry. @param {any} geometry @returns {number[][][]} */
function rings(geometry) {
  if (geometry?.type === 'MultiPolygon') return geometry.coordinates.map((/** @type {number[][][]} */ it) => it[0]);
  return geometry?.type === 'Polygon' ? [geometry.coordinates[0]] : [];
}

/** @param {number[][][]} all @returns {number[]} */
function boxOf(all) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of all) {
    for (const [lon, lat] of ring) {
      box[0] = Math.min(box[0], lon); box[1] = Math.min(box[1], lat); box[2] = Math.max(box[2], lon); box[3] = Math.max(box[3], lat);
    }
  }
  return box;
}

/** The centre of mass of the biggest ring. @param {number[][][]} all @returns {number[]} */
function middle(all) {
  let best = [0, 0];
  let most = 0;
  for (const ring of all) {
    const [lon0, lat0] = ring[0];
    let area = 0;
    let x = 0;
    let y = 0;
    for (let i = 0; i + 1 < ring.length; i++) {
      const [ax, ay] = [ring[i][0] - lon0, ring[i][1] - lat0];
      const [bx, by] = [ring[i + 1][0] - lon0, ring[i + 1][1] - lat0];
      const part = ax * by - bx * ay;
      area += part; x += (ax + bx) * part; y += (ay + by) * part;
    }
    if (Math.abs(area) > most) { most = Math.abs(area); best = [lon0 + x / (3 * area), lat0 + y / (3 * area)]; }
  }
  return best;
}
