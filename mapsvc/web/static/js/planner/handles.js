// Handles of the edges in hand: squares at junctions, rings at vertices, small rings where a vertex can be added. Each can have the focus.
import { app } from '../app.js';
import { fill, svg } from '../el.js';
import { t } from '../i18n.js';
import { board, pathOf, toPoint } from './screen.js';
import { edgeTitle, endsAt, isEnd, isLocked, onFrame, isFrame, shapes } from './shapes.js';
import { hear, plan } from './state.js';

/** @typedef {import('./geometry.js').Shape} Shape @typedef {import('./geometry.js').Spot} Spot */
/**
 * @typedef {{kind: 'junction' | 'vertex' | 'add', shape: Shape, index: number, x: number, y: number, point: Spot, held: string, rails: Shape[]}} Handle
 * index: of the vertex, or of the one before an added vertex; held: why it cannot be moved, '' = it can; rails: the frame's lines it slides along, [] = it is free
 */

const HIT_PX = 22;
/** Handles nearer than this to the one before would lie on it. */
const APART_PX = 30;
/** A vertex is offered between two that are this far apart. */
const ADD_PX = 40;
const MOST_EDGES = 60;
/** Edges shorter than this on the screen are no stop of the Tab key. */
const SHORTEST_PX = 28;

/** @type {Handle[]} */
let handles = [];
/** Ids of arcs whose handles are shown. @type {number[]} */
let inHand = [];
let edges = /** @type {SVGElement} */ (svg('g'));
let group = /** @type {SVGElement} */ (svg('g'));
let stops = false;

export function startHandles() {
  const node = board('handles', 'handles', draw);
  edges = svg('g', { class: 'edge-stops' });
  group = svg('g', { class: 'handle-group' });
  node.append(edges, group);
  hear('drawn', draw);
  hear('chosen', drawStops);
  app.map.on('moveend', drawStops);
}

/** Show the handles of these arcs. @param {(number | undefined)[]} ids */
export function show(ids) {
  const next = /** @type {number[]} */ ([...new Set(ids)].filter((id) => id !== undefined && shapes.get(id)?.full));
  if (next.join() === inHand.join()) return;
  inHand = next;
  drawHandles();
}

/** Edges in view can have the focus while the edge tool is in hand. @param {boolean} on */
export function offerEdges(on) {
  stops = on;
  drawStops();
}

export function shown() {
  return inHand;
}

export function draw() {
  inHand = inHand.filter((id) => shapes.has(id));
  drawStops();
  drawHandles();
}

/** The handle under a layer point, vertices before places to add one. @param {Spot} point @param {number} [reach] px */
export function handleAt(point, reach = HIT_PX) {
  let best = null;
  let closest = reach;
  for (const handle of handles) {
    const far = Math.hypot(handle.point.x - point.x, handle.point.y - point.y) + (handle.kind === 'add' ? 6 : 0);
    if (far < closest) { closest = far; best = handle; }
  }
  return best;
}

/** Show which handle the pointer would take. @param {Handle | null} handle */
export function mark(handle) {
  const over = handle ? group.children[handles.indexOf(handle)] : null;
  for (const it of group.querySelectorAll('.over')) if (it !== over) it.classList.remove('over');
  over?.classList.add('over');
}

/** @param {Element | null} node */
export function handleOf(node) {
  const place = node?.closest?.('.handle');
  return place ? handles[Number(place.getAttribute('data-n'))] ?? null : null;
}

/** @param {Element | null} node @returns {Shape | null} */
export function edgeOf(node) {
  return shapes.get(Number(node?.closest?.('.edge-stop')?.getAttribute('data-arc') ?? NaN)) ?? null;
}

/** Give the focus to the handle at or nearest to a place; false where there is none. @param {Spot} spot steps */
export function focusAt(spot) {
  const point = toPoint(spot.x, spot.y);
  const real = handles.filter((it) => it.kind !== 'add').map((it, i) => ({ i: handles.indexOf(it), far: Math.hypot(it.point.x - point.x, it.point.y - point.y) }));
  const best = real.sort((a, b) => a.far - b.far)[0];
  if (!best || best.far > HIT_PX) return false;
  /** @type {SVGElement} */ (group.children[best.i]).focus({ preventScroll: true });
  return true;
}

/** Give the focus to the stop of an edge. @param {number} id */
export function focusEdge(id) {
  /** @type {SVGElement | null} */ (edges.querySelector(`[data-arc="${id}"]`))?.focus({ preventScroll: true });
}

/** Why a vertex stays where it is, '' = it can be moved. @param {Shape} shape @param {number} index @param {Shape[]} rails */
function heldBy(shape, index, rails) {
  if (endsIn(shape, index).some(isLocked)) return t('planner.draw.held_locked');
  if (!isFrame(shape) && onFrame(shape, index) && !rails.length) return t('planner.draw.held_frame');
  return '';
}

/** The end of one line on the frame slides along it. @param {Shape} shape @param {number} index @returns {Shape[]} */
function railsOf(shape, index) {
  if (isFrame(shape) || !isEnd(shape, index)) return [];
  const met = endsAt(shape, index).map((it) => it.shape);
  const rails = met.filter(isFrame);
  return met.length === 3 && rails.length === 2 && rails[0] !== rails[1] ? rails : [];
}

/** @param {Shape} shape @param {number} index */
function endsIn(shape, index) {
  return isEnd(shape, index) ? endsAt(shape, index).map((it) => it.shape) : [shape];
}

function drawHandles() {
  const focused = handleOf(document.activeElement);
  handles = inHand.flatMap((id) => handlesOf(/** @type {Shape} */ (shapes.get(id))));
  fill(group, handles.map(node));
  const again = focused ? handles.findIndex((it) => isSame(it, focused)) : -1;
  if (again >= 0) /** @type {SVGElement} */ (group.children[again]).focus({ preventScroll: true });
}

/** @param {Handle} a @param {Handle} b */
export function isSame(a, b) {
  return a.shape === b.shape && a.index === b.index && a.kind === b.kind;
}

/**
 * The vertices of an arc that have room for a handle on this screen: its ends, and between them one every `APART_PX` at the most.
 * @param {Shape} shape @returns {number[]} indices
 */
export function roomy(shape) {
  const n = shape.xs.length;
  const point = (/** @type {number} */ i) => toPoint(shape.xs[i], shape.ys[i]);
  const end = point(n - 1);
  const found = [0];
  let last = point(0);
  for (let i = 1; i < n - 1; i++) {
    const here = point(i);
    if (gap(here, last) < APART_PX || gap(here, end) < APART_PX) continue;
    found.push(i);
    last = here;
  }
  return [...found, n - 1];
}

/** @param {Shape} shape @returns {Handle[]} */
function handlesOf(shape) {
  const n = shape.xs.length;
  const size = app.map.getSize();
  const corner = app.map.containerPointToLayerPoint([0, 0]);
  const isSeen = (/** @type {Spot} */ p) => p.x > corner.x - 60 && p.y > corner.y - 60 && p.x < corner.x + size.x + 60 && p.y < corner.y + size.y + 60;
  /** @type {Handle[]} */
  const found = [];
  for (const i of roomy(shape)) {
    const point = toPoint(shape.xs[i], shape.ys[i]);
    if (!(shape.closed && i === n - 1) && isSeen(point)) {
      const rails = railsOf(shape, i);
      found.push({ kind: isEnd(shape, i) ? 'junction' : 'vertex', shape, index: i, x: shape.xs[i], y: shape.ys[i], point, held: heldBy(shape, i, rails), rails });
    }
    if (i + 1 >= n || isLocked(shape) || gap(point, toPoint(shape.xs[i + 1], shape.ys[i + 1])) < ADD_PX) continue;
    const x = Math.round((shape.xs[i] + shape.xs[i + 1]) / 2);
    const y = Math.round((shape.ys[i] + shape.ys[i + 1]) / 2);
    if (isSeen(toPoint(x, y))) found.push({ kind: 'add', shape, index: i, x, y, point: toPoint(x, y), held: '', rails: [] });
  }
  return found;
}

/** @param {Spot} a @param {Spot} b */
function gap(a, b) {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** @param {Handle} handle @param {number} i */
function node(handle, i) {
  const { kind, point, held } = handle;
  const body = kind === 'junction' ? svg('rect', { class: 'h-body', x: -9, y: -9, width: 18, height: 18 }) : svg('circle', { class: 'h-body', r: kind === 'add' ? 5 : 8 });
  // A place to add one is reached by Insert at its neighbour: it is no stop of the Tab key.
  return svg('g', {
    class: `handle handle-${kind}${held ? ' held' : ''}`, transform: `translate(${point.x.toFixed(1)} ${point.y.toFixed(1)})`, 'data-n': i, role: kind === 'add' ? null : 'button', tabindex: kind === 'add' ? null : 0,
    'aria-hidden': kind === 'add' ? 'true' : null, 'aria-disabled': held ? 'true' : null, 'aria-label': kind === 'add' ? null : label(handle),
  }, svg('circle', { class: 'h-focus', r: 17 }), body);
}

/** @param {Handle} handle */
function label(handle) {
  const { shape, index, kind, held, rails } = handle;
  const values = { i: index + 1, n: shape.xs.length, edge: edgeTitle(shape) };
  return `${kind === 'junction' ? t('planner.draw.junction', values) : t('planner.draw.vertex', values)}${held ? `. ${held}` : rails.length ? `. ${t('planner.draw.slides')}` : ''}`;
}

function drawStops() {
  if (!stops) { fill(edges); return; }
  const focused = edgeOf(document.activeElement)?.id;
  const bounds = app.map.getPixelBounds();
  const corner = app.map.getPixelOrigin();
  const [west, south, east, north] = [bounds.min.x - corner.x, bounds.max.y - corner.y, bounds.max.x - corner.x, bounds.min.y - corner.y];
  const seen = [];
  for (const shape of shapes.values()) {
    if (!shape.full) continue;
    const a = toPoint(shape.box.west, shape.box.south);
    const b = toPoint(shape.box.east, shape.box.north);
    if (b.x < west || a.x > east || a.y < north || b.y > south || Math.hypot(b.x - a.x, b.y - a.y) < SHORTEST_PX) continue;
    seen.push({ shape, far: Math.hypot((a.x + b.x - west - east) / 2, (a.y + b.y - north - south) / 2), middle: (a.y + b.y) / 2, left: (a.x + b.x) / 2 });
  }
  const offered = seen.sort((a, b) => a.far - b.far).slice(0, MOST_EDGES).sort((a, b) => a.middle - b.middle || a.left - b.left);
  fill(edges, offered.map(({ shape }) => svg('path', { class: 'edge-stop', d: pathOf(shape), 'data-arc': shape.id, role: 'button', tabindex: 0, 'aria-label': edgeTitle(shape), 'aria-pressed': String(plan.chosen?.arc === shape.id) })));
  if (focused !== undefined) focusEdge(focused);
}
