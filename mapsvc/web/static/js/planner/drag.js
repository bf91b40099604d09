// One vertex in motion, by pointer or keys: the page moves its own copy of the arcs, the server counts, letting go makes one edit.
import { app } from '../app.js';
import { fill, svg } from '../el.js';
import { t } from '../i18n.js';
import { calm } from '../map.js';
import { clearRing } from './changes.js';
import { edit, endPreview, preview } from './drafts.js';
import { metresBetween } from './geometry.js';
import { roomy } from './handles.js';
import { hideLines } from './lines.js';
import { alongRails, clash, groundOf, moved, pieceOf, pieceWithAdded } from './moving.js';
import { board, pathOf, pathThrough, scaleHere, toPoint } from './screen.js';
import { endsAt, isEnd, isFrame, shapes, toLonLat } from './shapes.js';
import { hideTip, tipAt } from './tooltip.js';

/** @typedef {import('./geometry.js').Shape} Shape @typedef {import('./geometry.js').Spot} Spot @typedef {import('./handles.js').Handle} Handle @typedef {import('./moving.js').Piece} Piece */
/**
 * @typedef {object} Move
 * @property {Handle} handle
 * @property {Piece[]} pieces every arc of which vertices move: one, or all that meet at a junction
 * @property {Spot} from @property {Spot} to steps
 * @property {Shape[]} around arcs that the moved ones could run into
 * @property {boolean} isBad
 */

const BACK_MS = 160;

/** @type {Move | null} */
let move = null;
let sending = false;
/** @type {SVGElement} */
let node;

export function startDrag() {
  node = board('drag', 'drag', draw);
}

export function moving() {
  return move;
}

/** Is an edit on its way that the vertex in hand waits for? */
export function isSending() {
  return sending;
}

/** @param {Handle} handle @param {{alone?: boolean}} [how] alone: the vertices between the handles stay */
export function begin(handle, { alone = false } = {}) {
  const { x, y, rails } = handle;
  const pieces = piecesOf(handle, alone);
  const sides = new Set(pieces.flatMap((it) => [it.shape.left, it.shape.right]).filter((it) => it >= 0));
  const around = [...shapes.values()].filter((it) => (sides.has(it.left) || sides.has(it.right)) && !rails.includes(it));
  move = { handle, pieces, from: { x, y }, to: { x, y }, around, isBad: false };
  document.body.classList.add('dragging');
  clearRing();
  hideLines(pieces.map((it) => it.shape.id));
  draw();
}

/** What moves with a handle: one vertex, all lines that meet at a junction, or the end of one line along the frame. @param {Handle} handle @param {boolean} alone */
function piecesOf({ shape, index, kind, x, y, rails }, alone) {
  if (kind === 'add') return [pieceWithAdded(shape, index, { x, y })];
  const stops = (/** @type {Shape} */ it) => (alone || rails.length ? Array.from(it.xs.keys()) : roomy(it));
  if (rails.length || !isEnd(shape, index)) return [pieceOf(shape, index, stops(shape))];
  return joined(endsAt(shape, index).map(({ shape: it, end }) => pieceOf(it, end === 0 ? 0 : it.xs.length - 1, stops(it))));
}

/** One piece an arc, also where both its ends meet at the junction. @param {Piece[]} pieces */
function joined(pieces) {
  /** @type {Map<number, Piece>} */
  const found = new Map();
  for (const piece of pieces) {
    const there = found.get(piece.shape.id);
    if (there) for (const [i, weight] of piece.weights) there.weights.set(i, Math.max(weight, there.weights.get(i) ?? 0));
    else found.set(piece.shape.id, piece);
  }
  return [...found.values()];
}

/** @param {Spot} to whole steps @param {{quiet?: boolean}} [how] quiet: a picture only, nothing is asked */
export function moveTo(to, { quiet = false } = {}) {
  if (!move) return;
  move.to = move.handle.rails.length && !quiet ? alongRails(move.handle.rails, to, scaleHere().squeeze) : { x: to.x, y: to.y };
  move.isBad = !quiet && clash(move.pieces, move.around, wayOf(move));
  draw();
  if (quiet) return;
  const metres = metresBetween(toLonLat(move.from.x, move.from.y), toLonLat(move.to.x, move.to.y));
  const at = app.map.layerPointToContainerPoint(toPoint(move.to.x, move.to.y));
  tipAt(at, { metres, warning: move.isBad ? t('planner.draw.would_cross') : '' });
  // Figures of a line that cannot be would mislead.
  if (move.isBad) endPreview();
  else preview(commandOf(move));
}

/** @param {Move} it */
function commandOf(it) {
  const { handle, to, pieces } = it;
  const frame = pieces.some((piece) => isFrame(piece.shape)) ? { frame: true } : {};
  if (handle.kind === 'add') return { kind: 'add_vertex', arc: handle.shape.id, index: handle.index, at: toLonLat(to.x, to.y), ...frame };
  const way = wayOf(it);
  // The handle itself first: for a junction one arc is enough, the others follow.
  const moves = [{ arc: handle.shape.id, index: handle.index, to: toLonLat(to.x, to.y) }];
  for (const piece of pieces) {
    for (const [index, weight] of piece.weights) {
      if (weight === 1) continue;
      const spot = moved(piece, index, way);
      moves.push({ arc: piece.shape.id, index, to: toLonLat(spot.x, spot.y) });
    }
  }
  return { kind: 'move', moves, ...frame };
}

/** Let go: one edit, or back to where it was. @returns {Promise<boolean>} whether the line was moved */
export async function letGo() {
  const mine = move;
  if (!mine || sending) return false;
  hideTip();
  if (mine.from.x === mine.to.x && mine.from.y === mine.to.y) { end(); return false; }
  document.body.classList.remove('dragging');
  sending = true;
  node.classList.add('sending');
  const done = await edit(commandOf(mine));
  node.classList.remove('sending');
  sending = false;
  if (move !== mine) return Boolean(done);
  if (done) { end(); return true; }
  await springBack(mine);
  return false;
}

/** Drop what was begun, unless it is on its way already. */
export function cancel() {
  if (!move || sending) return;
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

function draw() {
  if (!move) { fill(node); return; }
  const { pieces, to } = move;
  const way = wayOf(move);
  const bad = move.isBad ? ' bad' : '';
  const lines = pieces.map((it) => pathOf(it.shape, (i) => moved(it, i, way)));
  const point = toPoint(to.x, to.y);
  fill(node,
    pieces.flatMap((it) => groundOf(it, way)).map((ring) => svg('path', { class: 'd-ground', d: pathThrough(ring, true) })),
    pieces.map((it) => svg('path', { class: 'd-old', d: pathOf(it.shape) })),
    lines.map((d) => svg('path', { class: 'd-case', d })), lines.map((d) => svg('path', { class: `d-new${bad}`, d })),
    svg('circle', { class: `d-handle${bad}`, cx: point.x, cy: point.y, r: 13 }));
}

/** @param {Move} it */
function wayOf(it) {
  return { x: it.to.x - it.from.x, y: it.to.y - it.from.y };
}
