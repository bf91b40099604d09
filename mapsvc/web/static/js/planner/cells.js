// Blocks between streets and the cells of buildings: drawn for the transfer tool, chosen by a click.
import { app } from '../app.js';
import { read } from './drafts.js';
import { toLonLat } from './shapes.js';
import { plan, tell } from './state.js';

/** Farther out blocks are too small to be hit. */
const FROM_ZOOM = 13.5;
const MARGIN = 0.25;

/** @typedef {{id: any, kind: string, households: number, grid: string, geometry: any, at: [number, number], box: number[]}} Cell */

/** @type {Cell[]} */
let cells = [];
/** Ids of the chosen ones, in the order of the clicks. @type {any[]} */
let chosen = [];
/** @type {string | null} */
let kind = null;
/** @type {any} */
let layer = null;
let asked = 0;
let listening = false;

/** @param {'block' | 'building' | null} which null = none are shown */
export async function showCells(which) {
  if (kind !== which) chosen = [];
  kind = which;
  if (!listening) { listening = true; app.map.on('moveend', () => { if (kind) load(); }); }
  if (kind) await load();
  else { cells = []; draw(); }
}

async function load() {
  if (app.map.getZoom() < FROM_ZOOM) { cells = cells.filter((it) => chosen.includes(it.id)); draw(); return; }
  const mine = ++asked;
  const bounds = app.map.getBounds().pad(MARGIN);
  try {
    const body = await read('/blocks', { bbox: [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((it) => it.toFixed(6)) });
    if (mine !== asked || !kind) return;
    const kept = cells.filter((it) => chosen.includes(it.id));
    const fresh = body.features.filter((/** @type {any} */ it) => it.properties.kind === kind && it.geometry).map(cellOf);
    const ids = new Set(fresh.map((/** @type {Cell} */ it) => it.id));
    cells = [...fresh, ...kept.filter((it) => !ids.has(it.id))];
    draw();
    tell('cells');
  } catch {
    // without blocks the ring is left
  }
}

/** @param {any} feature @returns {Cell} */
function cellOf({ properties, geometry, id }) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of ringsOf(geometry)) for (const [lon, lat] of ring) {
    box[0] = Math.min(box[0], lon); box[1] = Math.min(box[1], lat); box[2] = Math.max(box[2], lon); box[3] = Math.max(box[3], lat);
  }
  return { ...properties, id: properties.id ?? id, geometry, box, at: [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2] };
}

/** @param {any} geometry @returns {[number, number][][]} */
function ringsOf(geometry) {
  return geometry.type === 'MultiPolygon' ? geometry.coordinates.flat() : geometry.type === 'Polygon' ? geometry.coordinates : [];
}

function draw() {
  layer?.remove();
  const style = (/** @type {any} */ it) => ({ className: `blk${chosen.includes(it.properties.id) ? ' on' : ''}` });
  const features = cells.map((it) => ({ type: 'Feature', properties: { id: it.id }, geometry: it.geometry }));
  layer = L.geoJSON(features, { pane: 'chosen', interactive: false, style, renderer: (renderer ??= L.svg({ pane: 'chosen', padding: 0.3 })) }).addTo(app.map);
}
/** @type {any} */
let renderer = null;

/** The cell under a place. @param {{x: number, y: number}} spot steps */
export function cellAt(spot) {
  const [lon, lat] = toLonLat(spot.x, spot.y);
  return cells.find(({ box, geometry }) => lon >= box[0] && lon <= box[2] && lat >= box[1] && lat <= box[3] && holds(geometry, lon, lat)) ?? null;
}

/** Even-odd rule. @param {any} geometry @param {number} lon @param {number} lat */
function holds(geometry, lon, lat) {
  let inside = false;
  for (const ring of ringsOf(geometry)) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      if (ring[i][1] > lat !== ring[j][1] > lat && lon < ((ring[j][0] - ring[i][0]) * (lat - ring[i][1])) / (ring[j][1] - ring[i][1]) + ring[i][0]) inside = !inside;
    }
  }
  return inside;
}

/** @param {any} id */
export function toggleCell(id) {
  chosen = chosen.includes(id) ? chosen.filter((it) => it !== id) : [...chosen, id];
  draw();
}

export function clearCells() {
  if (!chosen.length) return;
  chosen = [];
  draw();
}

export function chosenCells() {
  return cells.filter((it) => chosen.includes(it.id));
}
