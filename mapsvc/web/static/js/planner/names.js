// Names of the draft's grids, where there is room; and the ground of the chosen ones.
import { app, isCity } from '../app.js';
import { el, fill, svg } from '../el.js';
import { gridTitle, t } from '../i18n.js';
import { board, pathThrough, toPoint } from './screen.js';
import { boundsOf, gridOf, ringsOf, shapesOf, toSteps } from './shapes.js';
import { hear, plan } from './state.js';

/** Narrower grids keep their names to themselves, px. */
const ROOM_PX = 90;
const LINE_PX = 24;

/** @type {any} */
let group = null;
/** @type {SVGElement} */
let ground;
/** Codes that a tool has in hand: shown as chosen ground. @type {string[]} */
let inHand = [];

export function startNames() {
  group = L.layerGroup().addTo(app.map);
  ground = board('chosen', 'chosen-ground', drawGround);
  hear('drawn', () => { drawNames(); drawGround(); });
  hear('chosen', drawGround);
  app.map.on('moveend', drawNames);
}

/** @param {string[]} codes */
export function holdGrids(codes) {
  inHand = codes;
  drawGround();
}

function drawGround() {
  const codes = new Set(inHand);
  if (plan.chosen?.kind === 'grid' && plan.chosen.code) codes.add(plan.chosen.code);
  const shapes = [...codes].map(gridOf).filter((it) => it !== undefined);
  const locked = [...plan.grids.values()].filter((it) => it.locked);
  const outline = (/** @type {any} */ grid, /** @type {string} */ className) => svg('path', { class: className, 'fill-rule': 'evenodd', d: ringsOf(grid.number).map((ring) => pathThrough(ring, true)).join('') });
  fill(ground, locked.map((it) => outline(it, 'g-locked')), shapes.map((it) => outline(it, 'g-chosen')));
}

function drawNames() {
  group.clearLayers();
  /** @type {{x0: number, x1: number, y0: number, y1: number}[]} */
  const taken = [];
  const seen = app.map.getBounds();
  for (const grid of plan.grids.values()) {
    if (!grid.label || !seen.contains([grid.label[1], grid.label[0]]) || (isCity() && !isWide(grid.number))) continue;
    const name = gridTitle(grid);
    const { x, y } = placeOf(grid);
    const half = (name.length * (isCity() ? 7.5 : 9.5)) / 2;
    const box = { x0: x - half, x1: x + half, y0: y - LINE_PX / 2, y1: y + LINE_PX / 2 };
    if (taken.some((it) => box.x0 < it.x1 && box.x1 > it.x0 && box.y0 < it.y1 && box.y1 > it.y0)) continue;
    taken.push(box);
    const spot = app.map.layerPointToLatLng([x, y]);
    L.marker(spot, { pane: 'labels', interactive: false, keyboard: false, icon: L.divIcon({ className: 'label', iconSize: [half * 2, LINE_PX], html: /** @type {any} */ (el('span', {}, el('b', {}, name), grid.locked ? el('span', { class: 'label-sub' }, t('planner.draw.locked')) : null)) }) }).addTo(group);
  }
}

/** @param {any} grid */
function placeOf(grid) {
  const spot = toSteps(grid.label[0], grid.label[1]);
  return toPoint(spot.x, spot.y);
}

/** @param {number} number */
function isWide(number) {
  const box = boundsOf(shapesOf(number));
  if (!box) return false;
  const a = app.map.latLngToLayerPoint([box.north, box.west]);
  const b = app.map.latLngToLayerPoint([box.south, box.east]);
  return b.x - a.x > ROOM_PX && b.y - a.y > ROOM_PX * 0.6;
}
