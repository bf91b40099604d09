// Edge: handles of the edge under the pointer or in choice; drag them, or walk them by keys and push them with the arrows.
import { app } from '../../app.js';
import { byId } from '../../el.js';
import { t } from '../../i18n.js';
import { button, complain, say } from '../bar.js';
import { begin, cancel, isSending, letGo, moveTo, moving } from '../drag.js';
import { edit } from '../drafts.js';
import { edgeOf, focusAt, focusEdge, handleAt, handleOf, isSame, mark, offerEdges, roomy, show } from '../handles.js';
import { scaleHere, stepBy, toPoint, toSpot } from '../screen.js';
import { edgeNear, edgeTitle, isEnd, isFrame, isLocked, onFrame, shapes, toLonLat } from '../shapes.js';
import { snap } from '../snapping.js';
import { change, hear, plan } from '../state.js';

/** @typedef {import('../geometry.js').Shape} Shape @typedef {import('../geometry.js').Spot} Spot @typedef {import('../handles.js').Handle} Handle */

const NEAR_PX = 22;
/** Pushing by keys makes one edit after this rest. */
const REST_MS = 900;
const STREET_M = 15;
const STEP_M = 1;
const FINE_M = 0.1;
const FAR_M = 10;

let hovered = -1;
let inUse = false;
/** The pointer is held, but nothing is in it. */
let isIdle = false;
/** Between the pointer and the handle it took, px. */
let offset = { x: 0, y: 0 };
/** @type {ReturnType<typeof setTimeout> | undefined} */
let resting;
/** Where the focus should come back once the new lines are drawn. @type {Spot | null} */
let focusBack = null;

/** @type {import('../mapview.js').Tool} */
export const edgeTool = {
  start() {
    inUse = true;
    offerEdges(true);
    showHandles();
    sayChosen();
  },
  stop() {
    inUse = false;
    clearTimeout(resting);
    cancel();
    offerEdges(false);
    hovered = -1;
    show([]);
  },
  hover(point) {
    if (moving()) return;
    const spot = toSpot(point);
    const { stepsPerPx, squeeze } = scaleHere();
    const handle = handleAt(point);
    // A handle under the pointer keeps its edge in hand, even where another edge is as near.
    const near = handle?.shape ?? edgeNear(spot, NEAR_PX * stepsPerPx, squeeze)?.shape;
    // The community's own edge shows handles once it was chosen, not in passing.
    const id = near && (!isFrame(near) || near.id === plan.chosen?.arc) ? near.id : -1;
    if (id !== hovered) { hovered = id; showHandles(); }
    const under = handleAt(point);
    app.map.getContainer().classList.toggle('on-handle', Boolean(under && !under.held));
    mark(under);
  },
  down(point, event) {
    // While an edit is on its way the next hand waits: the map does not slide away under it.
    isIdle = isSending();
    if (isIdle) return true;
    if (moving()) return false;
    // A finger does not hover: the edge it lands on is taken into hand first.
    if (event.pointerType !== 'mouse') edgeTool.hover?.(point);
    const handle = handleAt(point);
    if (!handle) return false;
    if (handle.held) { complain(handle.held); return false; }
    choose(handle.shape.id);
    offset = { x: handle.point.x - point.x, y: handle.point.y - point.y };
    begin(handle, { alone: event.altKey });
    return true;
  },
  move(point, event) {
    if (isIdle) return;
    const spot = toSpot({ x: point.x + offset.x, y: point.y + offset.y });
    moveTo(event.altKey ? spot : snap(spot, { lines: false }));
  },
  up() { if (!isIdle) release(); },
  lost() { if (!isIdle) cancel(); },
  click(point) {
    const { stepsPerPx, squeeze } = scaleHere();
    const edge = edgeNear(toSpot(point), NEAR_PX * stepsPerPx, squeeze);
    choose(edge?.shape.full ? edge.shape.id : null);
    if (edge && !edge.shape.full) complain(t('planner.draw.nearer'));
  },
  key(event) {
    const handle = handleOf(document.activeElement);
    const edge = edgeOf(document.activeElement);
    if (event.key === 'Escape') return escape();
    if (edge && (event.key === 'Enter' || event.key === ' ')) { enter(edge); return true; }
    return handle ? handleKey(handle, event) : false;
  },
};

// Once all have heard of the new lines: the chosen edge has its new id by then.
hear('drawn', () => queueMicrotask(() => {
  if (!inUse) return;
  showHandles();
  if (focusBack) { const spot = focusBack; focusBack = null; if (!focusAt(spot)) app.map.getContainer().focus({ preventScroll: true }); }
}));
hear('chosen', () => { if (inUse) { showHandles(); sayChosen(); } });

function showHandles() {
  show([plan.chosen?.arc, hovered >= 0 ? hovered : undefined]);
}

/** @param {number | null} id */
function choose(id) {
  if ((plan.chosen?.arc ?? null) === id && plan.chosen?.kind !== 'vertex') return;
  change({ chosen: id === null ? null : { kind: 'arc', arc: id } }, 'chosen');
}

function sayChosen() {
  const shape = plan.chosen?.arc === undefined ? null : shapes.get(plan.chosen.arc);
  if (!shape) { say(t('planner.draw.edge_first')); return; }
  if (isLocked(shape)) { say(`${edgeTitle(shape)}. ${t('planner.draw.held_locked')}`); return; }
  const index = plan.chosen?.kind === 'vertex' ? plan.chosen.index : undefined;
  if (index !== undefined && index < shape.xs.length) {
    const isJunction = isEnd(shape, index);
    say(t(isJunction ? 'planner.draw.junction' : 'planner.draw.vertex', { i: index + 1, n: shape.xs.length, edge: edgeTitle(shape) }),
      [isJunction ? null : button(t('planner.draw.remove'), () => remove({ shape, index }), { key: 'Del' })]);
    return;
  }
  const snapButton = isFrame(shape) ? null : button(t('planner.draw.snap_edge'), () => edit({ kind: 'snap', arc: shape.id, within_m: STREET_M }));
  say(`${edgeTitle(shape)}. ${isFrame(shape) ? t('planner.draw.is_frame') : t('planner.draw.edge_how')}`, [snapButton]);
}

/** The edge is in hand: the focus goes to its first vertex. @param {Shape} edge */
function enter(edge) {
  choose(edge.id);
  showHandles();
  // The first between the junctions; a part of the line out of view has no handles.
  const [first, ...rest] = roomy(edge);
  for (const i of [...rest, first]) if (focusAt({ x: edge.xs[i], y: edge.ys[i] })) return;
}

function escape() {
  if (moving()) { clearTimeout(resting); keepFocus(); cancel(); return true; }
  const handle = handleOf(document.activeElement);
  if (handle) { focusEdge(handle.shape.id); return true; }
  if (!plan.chosen) return false;
  choose(null);
  return true;
}

/** @type {Record<string, [number, number]>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** @param {Handle} handle @param {KeyboardEvent} event */
function handleKey(handle, event) {
  const way = WAYS[event.key];
  if (way) { push(handle, way, event.shiftKey ? FINE_M : event.ctrlKey || event.metaKey ? FAR_M : STEP_M); return true; }
  if (event.key === 'Enter') { release(); return true; }
  if (event.key === 'Delete') { remove(handle); return true; }
  if (event.key === 'Insert' || event.key === '+') { add(handle); return true; }
  return false;
}

/** @param {Handle} handle @param {[number, number]} way @param {number} metres */
function push(handle, way, metres) {
  if (handle.held) { complain(handle.held); return; }
  if (isSending()) return;
  let now = moving();
  if (now && !isSame(now.handle, handle)) { release(); return; }
  if (!now) {
    choose(handle.shape.id);
    begin(handle);
    now = moving();
  }
  if (!now) return;
  moveTo(stepBy(now.to, way[0] * metres, way[1] * metres));
  byId('voice').textContent = t('planner.draw.pushed', { m: metres });
  clearTimeout(resting);
  resting = setTimeout(release, REST_MS);
}

/** Let go of the vertex in hand; the focus stays with it. */
async function release() {
  clearTimeout(resting);
  const mine = moving();
  if (!mine) return;
  keepFocus();
  const still = mine.from.x === mine.to.x && mine.from.y === mine.to.y;
  const done = await letGo();
  if (!done && handleOf(document.activeElement)) focusBack = null;
  if (still && mine.handle.kind !== 'add') chooseVertex(mine.handle);
}

/** A vertex that was clicked has the focus: the keys that push or remove it work at once. @param {Handle} handle */
function chooseVertex({ shape, index, x, y }) {
  change({ chosen: { kind: 'vertex', arc: shape.id, index } }, 'chosen');
  focusAt({ x, y });
}

/** After the lines are drawn anew the focus comes back to the vertex that had it. */
function keepFocus() {
  const mine = moving();
  if (mine && handleOf(document.activeElement)) focusBack = mine.to;
}

/** @param {{shape: Shape, index: number}} handle */
function remove(handle) {
  const { shape, index } = handle;
  if (isEnd(shape, index)) { complain(t('planner.draw.junction_stays')); return; }
  focusBack = { x: shape.xs[index - 1], y: shape.ys[index - 1] };
  edit({ kind: 'remove_vertex', arc: shape.id, index, ...(onFrame(shape, index) ? { frame: true } : {}) });
}

/** A vertex in the middle of the segment after this one, or before it at the end. @param {Handle} handle */
function add(handle) {
  const { shape } = handle;
  const index = Math.min(handle.index, shape.xs.length - 2);
  const spot = { x: Math.round((shape.xs[index] + shape.xs[index + 1]) / 2), y: Math.round((shape.ys[index] + shape.ys[index + 1]) / 2) };
  if (Math.hypot(toPoint(spot.x, spot.y).x - handle.point.x, toPoint(spot.x, spot.y).y - handle.point.y) < 3) { complain(t('planner.draw.too_near')); return; }
  focusBack = spot;
  edit({ kind: 'add_vertex', arc: shape.id, index, at: toLonLat(spot.x, spot.y), ...(isFrame(shape) ? { frame: true } : {}) });
}
