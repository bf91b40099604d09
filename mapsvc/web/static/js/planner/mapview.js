// The planner's map: starts its layers, hands pointer and keys to the tool in hand, keeps the arcs in view in full.
import { app, emit } from '../app.js';
import { t } from '../i18n.js';
import { startBase } from '../layers/base.js';
import { startMap } from '../map.js';
import { say, startBar } from './bar.js';
import { startChanges } from './changes.js';
import { moveCross, startCross } from './cross.js';
import { startDrag } from './drag.js';
import { loadArcs } from './drafts.js';
import { startHandles } from './handles.js';
import { startMapKeys } from './keys.js';
import { startLegend } from './maplegend.js';
import { startLines } from './lines.js';
import { startMoved } from './moved.js';
import { startNames } from './names.js';
import { pointOf } from './screen.js';
import { readStreets } from './snapping.js';
import { gridOf, shapes, startShapes } from './shapes.js';
import { change, hear, plan, tell } from './state.js';
import { startTooltip } from './tooltip.js';
import { edgeTool } from './tools/edge.js';
import { lockTool } from './tools/lock.js';
import { mergeTool } from './tools/merge.js';
import { pickTool } from './tools/pick.js';
import { reshapeTool } from './tools/reshape.js';
import { splitTool } from './tools/split.js';
import { transferTool } from './tools/transfer.js';
import { isOpen } from './words.js';

/**
 * What a tool does with the map. Points are layer points. `down` returns true to keep the pointer from the map; `key` true when the key was its own.
 * @typedef {object} Tool
 * @property {() => void} start @property {() => void} stop
 * @property {(point: {x: number, y: number}, event?: MouseEvent) => void} [hover]
 * @property {(point: {x: number, y: number}, event?: MouseEvent) => void} [click]
 * @property {() => void} [twice] a double click
 * @property {(point: {x: number, y: number}, event: PointerEvent) => boolean} [down]
 * @property {(point: {x: number, y: number}, event: PointerEvent) => void} [move]
 * @property {(point: {x: number, y: number}, event: PointerEvent) => void} [up]
 * @property {() => void} [lost] the pointer was taken away
 * @property {(event: KeyboardEvent) => boolean} [key]
 * @property {boolean} [cross] arrow keys move a cross that clicks with Space
 */

/** Panes of the draft, above or between those of every desk. @type {[string, number][]} */
const PANES = [['chosen', 262], ['hatch', 264], ['drafted', 285], ['drag', 325], ['handles', 330]];
/** Arcs are asked for so far beyond the view, as a share of it. */
const MARGIN = 0.6;
/** Lines out of view need less detail: they are asked for anew before they come in. */
const COARSER = 2;
const PAN_PX = 90;
/** Where grids are narrower than this nobody can take a vertex. */
const FAR_PX = 48;

/** @type {Record<string, Tool>} */
const TOOLS = { pick: pickTool, edge: edgeTool, reshape: reshapeTool, split: splitTool, merge: mergeTool, transfer: transferTool, lock: lockTool };
/** While two plans are compared nothing is edited. @type {Tool} */
const restingTool = { start() {}, stop() {} };
/** @type {Tool} */
let tool = pickTool;
let comparing = false;
let grabbed = false;
let swallow = false;

export function startPlannerMap() {
  startMap();
  for (const [name, z] of PANES) {
    const pane = app.map.createPane(name);
    pane.style.zIndex = String(z);
    pane.classList.add('passive', `pane-${name}`);
  }
  app.map.keyboard.disable();
  for (const start of [startShapes, startBase, startLines, startNames, startChanges, startMoved, startHandles, startDrag, startTooltip, startBar, startCross, startLegend, startMapKeys]) start();
  // The page has heard of its community already where the map comes last.
  if (app.desk) emit('desk', app.desk);
  listen();
  hear('tool', take);
  hear('compare', (at) => { const on = typeof at === 'number'; if (on !== comparing) { comparing = on; take(); } });
  hear('drawn', followChosen);
  hear('chosen', () => { if (plan.chosen?.arc !== undefined && shapes.has(plan.chosen.arc)) sides = sidesOf(plan.chosen.arc); });
  hear('draft', () => { followLocks(); if (!isOpen() && tool !== pickTool) take(); });
  hear('goto', ({ bbox }) => app.map.fitBounds([[bbox[1], bbox[0]], [bbox[3], bbox[2]]], { padding: [80, 80], maxZoom: 18.5 }));
  app.map.on('moveend', look);
  take();
  look();
  readStreets();
}

function take() {
  const name = isOpen() && !comparing ? plan.tool : 'pick';
  tool.stop();
  tool = comparing ? restingTool : TOOLS[name] ?? pickTool;
  app.map.getContainer().dataset.tool = name;
  app.map.doubleClickZoom[tool.twice ? 'disable' : 'enable']();
  say('');
  moveCross(null);
  tool.start();
}

/** What the arcs at hand were asked for. */
let looked = { west: 0, south: 0, east: 0, north: 0, z: -1, isFar: false };

/** Ask for the arcs in view and near, once they are not all here in full. From afar lines are for looking, not for editing: none is asked in full. */
function look() {
  const bounds = app.map.getBounds();
  const z = Math.ceil(app.map.getZoom());
  const isFar = widthOfGrids() < FAR_PX;
  const seen = { west: bounds.getWest(), south: bounds.getSouth(), east: bounds.getEast(), north: bounds.getNorth() };
  const inside = seen.west >= looked.west && seen.south >= looked.south && seen.east <= looked.east && seen.north <= looked.north;
  if (isWhole() || (z <= looked.z && isFar === looked.isFar && (isFar || inside))) return;
  const wide = isFar ? 0 : (seen.east - seen.west) * MARGIN;
  const high = isFar ? 0 : (seen.north - seen.south) * MARGIN;
  looked = { west: Math.max(-180, seen.west - wide), south: Math.max(-90, seen.south - high), east: Math.min(180, seen.east + wide), north: Math.min(90, seen.north + high), z, isFar };
  const { lng, lat } = bounds.getCenter();
  loadArcs(isFar ? [lng - 1e-6, lat - 1e-6, lng + 1e-6, lat + 1e-6] : [looked.west, looked.south, looked.east, looked.north], isFar ? z : Math.max(0, z - COARSER));
}

/** About how wide a grid of the plan in force is on the screen; known before the first arc is. */
function widthOfGrids() {
  const [west, , east] = app.plan?.bbox ?? [0, 0, 0];
  const px = ((east - west) / 360) * 256 * 2 ** app.map.getZoom();
  return app.plan ? px / Math.sqrt(Math.max(1, app.plan.grids)) : Infinity;
}

/** Is every arc here in full already? */
function isWhole() {
  if (!shapes.size) return false;
  for (const shape of shapes.values()) if (!shape.full) return false;
  return true;
}

/** Grids say themselves that they are locked; the draft's facts say it first. */
function followLocks() {
  const locked = new Set(plan.draft?.locked ?? []);
  let changed = false;
  for (const grid of plan.grids.values()) {
    if (grid.locked === locked.has(grid.code)) continue;
    grid.locked = locked.has(grid.code);
    changed = true;
  }
  if (changed) tell('drawn', null);
}

/** An edit gives the arc a new id: what was chosen stays chosen. @param {{removed?: number[], added?: any[]} | null} changed */
function followChosen(changed) {
  const was = plan.chosen?.arc;
  if (was === undefined) { if (plan.chosen?.code && !gridOf(plan.chosen.code)) change({ chosen: null }, 'chosen'); return; }
  if (shapes.has(was)) { sides = sidesOf(was); return; }
  const heirs = (changed?.added ?? []).map((it) => (typeof it === 'number' ? it : it.id)).filter((id) => shapes.has(id));
  const heir = heirs.find((id) => sidesOf(id) === sides) ?? null;
  change({ chosen: heir === null ? null : { kind: 'arc', arc: heir } }, 'chosen');
}

/** The pair of grids of the chosen edge, known even after it is gone. */
let sides = '';
/** @param {number} id */
function sidesOf(id) {
  const shape = shapes.get(id);
  return shape ? [shape.left, shape.right].sort().join() : '';
}

function listen() {
  const place = app.map.getContainer();
  const held = (/** @type {Event} */ event) => { event.stopImmediatePropagation(); event.preventDefault(); };
  place.addEventListener('pointerdown', (/** @type {PointerEvent} */ event) => {
    swallow = false;
    if (!event.isPrimary) { if (grabbed) lose(); return; }
    if (event.button !== 0 || !tool.down?.(pointOf(event), event)) return;
    grabbed = true;
    if (!place.contains(document.activeElement)) place.focus({ preventScroll: true });
    place.setPointerCapture(event.pointerId);
    held(event);
  }, true);
  // Leaflet drags the map by these two.
  for (const name of ['mousedown', 'touchstart']) place.addEventListener(name, (/** @type {Event} */ event) => { if (grabbed) held(event); }, { capture: true, passive: false });
  place.addEventListener('click', (/** @type {Event} */ event) => { if (swallow) { swallow = false; held(event); } }, true);
  place.addEventListener('pointermove', (/** @type {PointerEvent} */ event) => { if (event.isPrimary) onFrame(() => (grabbed ? tool.move : tool.hover)?.(pointOf(event), event)); });
  place.addEventListener('pointerup', (/** @type {PointerEvent} */ event) => {
    if (!grabbed || !event.isPrimary) return;
    grabbed = false;
    swallow = true;
    soon = null;
    tool.up?.(pointOf(event), event);
  });
  place.addEventListener('pointercancel', () => { if (grabbed) lose(); });
  app.map.on('click', (/** @type {any} */ event) => {
    if (!(event.originalEvent instanceof MouseEvent)) return;
    if (!place.contains(document.activeElement)) place.focus({ preventScroll: true });
    moveCross(null);
    tool.click?.(pointOf(event.originalEvent), event.originalEvent);
  });
  app.map.on('dblclick', () => tool.twice?.());
  place.addEventListener('keydown', keys);
  place.setAttribute('aria-label', t('planner.draw.map'));
  place.setAttribute('role', 'application');
}

function lose() {
  grabbed = false;
  tool.lost?.();
}

/** @type {(() => void) | null} */
let soon = null;
/** At most once a frame, the newest wins. @param {() => void} work */
function onFrame(work) {
  if (!soon) requestAnimationFrame(() => { const run = soon; soon = null; run?.(); });
  soon = work;
}

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** @param {KeyboardEvent} event */
function keys(event) {
  if (event.defaultPrevented || event.altKey) return;
  const arrow = ARROWS[event.key];
  let done = tool.key?.(event) ?? false;
  if (!done && arrow && tool.cross) {
    const spot = moveCross(arrow, event);
    if (spot) tool.hover?.(spot);
    done = true;
  } else if (!done && event.key === ' ' && tool.cross) {
    const spot = moveCross([0, 0], event);
    if (spot) tool.click?.(spot);
    done = true;
  } else if (!done && arrow) {
    app.map.panBy([arrow[0] * PAN_PX, arrow[1] * PAN_PX], { animate: false });
    done = true;
  } else if (!done && event.key === 'Escape' && plan.tool !== 'pick') {
    change({ tool: 'pick' }, 'tool');
    done = true;
  }
  if (!done) return;
  event.preventDefault();
  event.stopPropagation();
}
