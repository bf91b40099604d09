// One vertex in motion, by pointer or keys: the page moves its own copy of the arcs, the server counts, letting go makes one edit.
import { app } from '../app.js';
import { fill, svg } from '../el.js';
import { t } from '../i18n.js';
import { calm } from '../map.js';
import { edit, endPreview, preview } from './drafts.js';
import { inTriangle, meets, metresBetween, touches } from './geometry.js';
import { hideLines } from './lines.js';
import { board, pathOf, pathThrough, toPoint } from './screen.js';
import { endsAt, isEnd, isFrame, shapes, toLonLat } from './shapes.js';
import { plan } from './state.js';
import { hideTip, tipAt } from './tooltip.js';

/** @typedef {import('./geometry.js').Shape} Shape @typedef {import('./geometry.js').Spot} Spot @typedef {import('./handles.js').Handle} Handle */
/**
 * @typedef {object} Move
 * @property {Handle} handle
 * @property {{shape: Shape, index: number}[]} ends every vertex that moves: one, or all that meet at a junction
 * @property {Spot} from @property {Spot} to steps
 * @property {Shape[]} around arcs that the moved ones could run into
 * @property {boolean} isBad
 */

const BACK_MS = 160;

/** @type {Move | null} */
let move = null;
/** @type {SVGElement} */
let node;

export function startDrag() {
  node = board('drag', 'drag', draw);
}

export function moving() {
  return move;
}

/** @param {Handle} handle */
export function begin(handle) {
  const { shape, index, kind, x, y } = handle;
  const ends = kind === 'add' ? [{ shape, index }]
    : isEnd(shape, index) ? endsAt(shape, index).map((it) => ({ shape: it.shape, index: it.end === 0 ? 0 : it.shape.xs.length - 1 })) : [{ shape, index }];
  const sides = new Set(ends.flatMap((it) => [it.shape.left, it.shape.right]).filter((it) => it >= 0));
  const around = [...shapes.values()].filter((it) => sides.has(it.left) || sides.has(it.right));
  move = { handle, ends, from: { x, y }, to: { x, y }, around, isBad: false };
  document.body.classList.add('dragging');
  hideLines(ends.map((it) => it.shape.id));
  draw();
}

/** @param {Spot} to whole steps @param {{quiet?: boolean}} [how] quiet: a picture only, nothing is asked */
export function moveTo(to, { quiet = false } = {}) {
  if (!move) return;
  move.to = { x: to.x, y: to.y };
  move.isBad = !quiet && clash(move);
  draw();
  if (quiet) return;
  const metres = metresBetween(toLonLat(move.from.x, move.from.y), toLonLat(to.x, to.y));
  const at = app.map.layerPointToContainerPoint(toPoint(to.x, to.y));
  tipAt(at, { metres, warning: move.isBad ? t('planner.draw.would_cross') : '' });
  if (!move.isBad) preview(commandOf(move));
}

/** @param {Move} it */
export function commandOf(it) {
  const { handle, to } = it;
  const frame = it.ends.some((end) => isFrame(end.shape)) ? { frame: true } : {};
  if (handle.kind === 'add') return { kind: 'add_vertex', arc: handle.shape.id, index: handle.index, at: toLonLat(to.x, to.y), ...frame };
  return { kind: 'move', moves: [{ arc: handle.shape.id, index: handle.index, to: toLonLat(to.x, to.y) }], ...frame };
}

/** Let go: one edit, or back to where it was. @returns {Promise<boolean>} whether the line was moved */
export async function letGo() {
  const mine = move;
  if (!mine) return false;
  hideTip();
  if (mine.from.x === mine.to.x && mine.from.y === mine.to.y) { end(); return false; }
  document.body.classList.remove('dragging');
  node.classList.add('sending');
  const done = await edit(commandOf(mine));
  node.classList.remove('sending');
  if (move !== mine) return Boolean(done);
  if (done) { end(); return true; }
  await springBack(mine);
  return false;
}

/** Drop what was begun. */
export function cancel() {
  if (!move) return;
  hideTip();
  const mine = move;
  springBack(mine);
}

/** @param {Move} mine */
async function springBack(mine) {
  const { from, to } = mine;
  const start = performance.now();
  for (let share = 0; share < 1 && !calm() && move === mine;) {
    const now = await new Promise(requestAnimationFrame);
    share = Math.min(1, (now - start) / BACK_MS);
    moveTo({ x: to.x + (from.x - to.x) * share, y: to.y + (from.y - to.y) * share }, { quiet: true });
  }
  if (move === mine) end();
}

function end() {
  move = null;
  document.body.classList.remove('dragging');
  hideTip();
  endPreview();
  hideLines([]);
  draw();
}

/** Would a moved segment meet another line, or the moved ground swallow a vertex? The server judges; this only colours the handle at once. @param {Move} it */
export function clash(it) {
  const { to, from } = it;
  return it.ends.some((end) => partners(end, it.handle.kind).some((fixed) => {
    const box = { west: Math.min(to.x, fixed.x, from.x), east: Math.max(to.x, fixed.x, from.x), south: Math.min(to.y, fixed.y, from.y), north: Math.max(to.y, fixed.y, from.y) };
    return it.around.some((shape) => meets(shape.box, box) && runsInto(shape, it, fixed));
  }));
}

/** @param {Shape} shape @param {Move} it @param {Spot} fixed the end of the moved segment that stays */
function runsInto(shape, it, fixed) {
  const moved = new Set(it.handle.kind === 'add' ? [] : it.ends.filter((end) => end.shape === shape).map((end) => end.index));
  const n = shape.xs.length;
  const at = (/** @type {number} */ i) => ({ x: shape.xs[i], y: shape.ys[i] });
  const isOwn = (/** @type {Spot} */ p) => (p.x === fixed.x && p.y === fixed.y) || (p.x === it.from.x && p.y === it.from.y && it.handle.kind !== 'add');
  for (let i = 0; i < n; i++) {
    const p = at(i);
    if (!moved.has(i) && !isOwn(p) && inTriangle(p, fixed, it.from, it.to)) return true;
    // Segments that move along, that end at the fixed vertex, or that the new vertex divides, are no obstacle.
    if (i + 1 >= n || moved.has(i) || moved.has(i + 1)) continue;
    const q = at(i + 1);
    if (isOwn(p) || isOwn(q) || (it.handle.kind === 'add' && shape === it.handle.shape && i === it.handle.index)) continue;
    if (touches(fixed, it.to, p, q)) return true;
  }
  return false;
}

/** The vertices before and after a moved one: what its segments lead to. @param {{shape: Shape, index: number}} end @param {string} kind */
function partners({ shape, index }, kind) {
  const n = shape.xs.length;
  const at = (/** @type {number} */ i) => ({ x: shape.xs[i], y: shape.ys[i] });
  if (kind === 'add') return [at(index), at(index + 1)];
  return [...(index > 0 ? [at(index - 1)] : []), ...(index < n - 1 ? [at(index + 1)] : [])];
}

function draw() {
  if (!move) { fill(node); return; }
  const { ends, handle, from, to } = move;
  const parts = [];
  for (const end of ends) for (const fixed of partners(end, handle.kind)) parts.push(svg('path', { class: 'd-ground', d: pathThrough([fixed, from, to], true) }));
  const drawn = [...new Set(ends.map((it) => it.shape))];
  for (const shape of drawn) parts.push(svg('path', { class: 'd-old', d: pathOf(shape) }));
  for (const shape of drawn) {
    const indices = new Set(ends.filter((it) => it.shape === shape).map((it) => it.index));
    const d = handle.kind === 'add' ? withAdded(shape, handle.index, to) : pathOf(shape, (i) => (indices.has(i) ? to : null));
    parts.push(svg('path', { class: 'd-case', d }), svg('path', { class: `d-new${move.isBad ? ' bad' : ''}`, d }));
  }
  const point = toPoint(to.x, to.y);
  parts.push(svg('circle', { class: `d-handle${move.isBad ? ' bad' : ''}`, cx: point.x, cy: point.y, r: 13 }));
  fill(node, parts);
}

/** @param {Shape} shape @param {number} index @param {Spot} to */
function withAdded(shape, index, to) {
  const spots = [];
  for (let i = 0; i < shape.xs.length; i++) {
    spots.push({ x: shape.xs[i], y: shape.ys[i] });
    if (i === index) spots.push(to);
  }
  return pathThrough(spots);
}
