// Names of grids, inside them and away from symbols; shorter, then gone, before they would lie over data.
import { app, isCity, isWall, on } from '../app.js';
import { candidatePoints } from '../case/markers.js';
import { el } from '../el.js';
import { number } from '../format.js';
import { count, gridTitle, shortCode } from '../i18n.js';
import { shapes } from './grids.js';
import { cellPoints } from './hotcells.js';
import { symbolPoints } from './incidents.js';
import { postPoints } from './posts.js';

/** Areas narrower than this keep their name to themselves at city scale, px. */
const ROOM_PX = 90;
/** The search looks at this many places across and down a grid. */
const LOOKS = 15;
/** A label this near a symbol lies over it, px from the symbol's centre. */
const CLEAR_PX = 13;

/** @typedef {{x0: number, x1: number, y0: number, y1: number}} Box @typedef {{x: number, y: number}} Point */
/** @typedef {{lines: string[], w: number, h: number}} Form */

/** @type {any} */
let group = null;
let hovered = '';

export function startLabels() {
  group = L.layerGroup().addTo(app.map);
  for (const event of ['grids', 'desk', 'incidents-drawn', 'hotspots', 'posts', 'candidates']) on(event, draw);
  on('view', (changed) => { if (changed.has('sel') || changed.has('layers')) draw(); });
  on('hover', (code) => { hovered = code; if (isCity()) draw(); });
  app.map.on('zoomend', draw);
}

function draw() {
  if (!app.desk?.plan || shapes.size === 0) return;
  group.clearLayers();
  const symbols = [...(app.view.layers.includes('inc') ? symbolPoints() : []), ...cellPoints(), ...postPoints(), ...candidatePoints()];
  /** @type {Box[]} */
  const taken = [];
  const chosen = app.view.sel.startsWith('grid:') ? app.view.sel.slice(5) : '';
  for (const grid of inOrder(chosen)) {
    const must = grid.code === chosen || grid.code === hovered;
    if (!grid.label || (isCity() && !must && !wide(grid.code))) continue;
    for (const form of forms(grid)) {
      const spot = findSpot(grid, form, symbols, taken, must);
      if (!spot) continue;
      taken.push(boxAt(spot, form));
      place(form, spot);
      break;
    }
  }
}

/** The selected and the hovered first, then the large ones. @param {string} chosen */
function inOrder(chosen) {
  const rank = (/** @type {any} */ grid) => (grid.code === chosen || grid.code === hovered ? 1e15 : grid.area_m2);
  return [...app.desk.grids].sort((a, b) => rank(b) - rank(a));
}

/** From all we would say down to the number alone. @param {any} grid @returns {Form[]} */
function forms(grid) {
  const px = isWall() ? 36 : isCity() ? 14 : 18;
  const name = gridTitle(grid);
  const form = (/** @type {string[]} */ ...lines) => ({ lines, w: Math.max(...lines.map((it) => textWidth(it, px))) + 6, h: lines.length * px * 1.25 });
  if (isCity()) return [form(name), form(shortCode(grid.code))];
  if (app.deskName === 'hotspots') return [form(name), form(shortCode(grid.code))];
  return [form(name, count('label.open', grid.open, { n: number(grid.open) })), form(name), form(shortCode(grid.code))];
}

/** Nearly: Chinese characters are square, the rest about half as wide. @param {string} text @param {number} px */
function textWidth(text, px) {
  return [...text].reduce((sum, ch) => sum + (ch.charCodeAt(0) > 0x2e80 ? 1 : 0.55), 0) * px;
}

/** @param {Form} form @param {Point} spot */
function place(form, spot) {
  const body = el('span', {}, el('b', {}, form.lines[0]), form.lines[1] ? el('span', { class: 'label-sub' }, form.lines[1]) : null);
  L.marker(app.map.layerPointToLatLng(spot), {
    pane: 'labels', interactive: false, keyboard: false, icon: L.divIcon({ className: 'label', iconSize: [form.w, form.h], html: /** @type {any} */ (body) }),
  }).addTo(group);
}

/** @param {string} code */
function wide(code) {
  const bounds = shapes.get(code)?.getBounds?.();
  if (!bounds) return false;
  const a = app.map.latLngToLayerPoint(bounds.getNorthWest());
  const b = app.map.latLngToLayerPoint(bounds.getSouthEast());
  return b.x - a.x > ROOM_PX && b.y - a.y > ROOM_PX * 0.6;
}

/** @param {Point} spot @param {Form} form @returns {Box} */
function boxAt(spot, form) {
  return { x0: spot.x - form.w / 2, x1: spot.x + form.w / 2, y0: spot.y - form.h / 2, y1: spot.y + form.h / 2 };
}

/**
 * The spot near the grid's own label point that is inside the grid and farthest from symbols; null when none is free.
 * @param {any} grid @param {Form} form @param {Point[]} symbols @param {Box[]} taken @param {boolean} must
 * @returns {Point | null}
 */
function findSpot(grid, form, symbols, taken, must) {
  const home = app.map.latLngToLayerPoint([grid.label[1], grid.label[0]]);
  const rings = ringsOf(grid.code);
  const reach = isWall() ? CLEAR_PX * 1.7 : CLEAR_PX;
  let best = null;
  let bestScore = -Infinity;
  for (const spot of spotsOf(grid.code, home)) {
    const box = boxAt(spot, form);
    if (taken.some((other) => box.x0 < other.x1 && box.x1 > other.x0 && box.y0 < other.y1 && box.y1 > other.y0)) continue;
    const fits = [[box.x0, box.y0], [box.x1, box.y0], [box.x0, box.y1], [box.x1, box.y1]].every(([x, y]) => isInside(x, y, rings));
    const clear = symbols.reduce((near, it) => Math.min(near, gap(box, it)), 40);
    if (!must && (!fits || clear < reach)) continue;
    const score = (fits ? 100 : 0) + clear * 2 - Math.hypot(spot.x - home.x, spot.y - home.y) * 0.2;
    if (score > bestScore) { bestScore = score; best = spot; }
  }
  return best;
}

/** The label point, then places all over the grid's box. @param {string} code @param {Point} home @returns {Point[]} */
function spotsOf(code, home) {
  const bounds = shapes.get(code)?.getBounds?.();
  if (isCity() || !bounds) return [home];
  const a = app.map.latLngToLayerPoint(bounds.getNorthWest());
  const b = app.map.latLngToLayerPoint(bounds.getSouthEast());
  const spots = [home];
  for (let i = 1; i < LOOKS; i++) for (let j = 1; j < LOOKS; j++) spots.push({ x: a.x + ((b.x - a.x) * i) / LOOKS, y: a.y + ((b.y - a.y) * j) / LOOKS });
  return spots;
}

/** Distance from a box to a point, px. @param {Box} box @param {Point} it */
function gap(box, it) {
  return Math.hypot(Math.max(box.x0 - it.x, 0, it.x - box.x1), Math.max(box.y0 - it.y, 0, it.y - box.y1));
}

/** @param {string} code @returns {Point[][]} */
function ringsOf(code) {
  const latlngs = shapes.get(code)?.getLatLngs() ?? [];
  const flat = latlngs[0]?.[0]?.lat === undefined ? latlngs.flat() : latlngs;
  return flat.map((/** @type {any[]} */ ring) => ring.map((it) => app.map.latLngToLayerPoint(it)));
}

/** Even-odd rule. @param {number} x @param {number} y @param {Point[][]} rings */
function isInside(x, y, rings) {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      if (ring[i].y > y !== ring[j].y > y && x < ((ring[j].x - ring[i].x) * (y - ring[i].y)) / (ring[j].y - ring[i].y) + ring[i].x) inside = !inside;
    }
  }
  return inside;
}
