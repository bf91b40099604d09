// A line being drawn: clicks add points, each may catch on what is near; Enter or a double click ends it, Backspace takes one back, Escape drops it.
import { fill, svg } from '../el.js';
import { board, pathThrough, toPoint, toSpot } from './screen.js';
import { toLonLat } from './shapes.js';
import { snap } from './snapping.js';
import { app } from '../app.js';

/** @typedef {import('./geometry.js').Spot} Spot */

const SAME_PX = 4;

/** @type {SVGElement | null} */
let node = null;
/** The drawing whose lines are on the board. @type {Drawing | null} */
let shown = null;

export class Drawing {
  /** @param {{ring?: boolean, changed: (drawing: Drawing) => void, done: (drawing: Drawing) => void}} how ring: the line closes itself */
  constructor({ ring = false, changed, done }) {
    this.ring = ring;
    this.changed = changed;
    this.done = done;
    /** @type {Spot[]} whole steps */
    this.points = [];
    /** Where the next point would be. @type {(Spot & {on?: string}) | null} */
    this.next = null;
  }

  /** Points as lon, lat; with the one that is not set yet. */
  get line() {
    const all = this.next && !this.same(this.next, this.points.at(-1)) ? [...this.points, this.next] : this.points;
    return all.map((it) => toLonLat(it.x, it.y));
  }

  /** @param {Spot} point layer point */
  hover(point) {
    this.next = snap(toSpot(point));
    this.draw();
    this.changed(this);
  }

  /** @param {Spot} point layer point */
  click(point) {
    const spot = snap(toSpot(point));
    this.next = null;
    // The second click of a double click adds nothing.
    if (!this.same(spot, this.points.at(-1))) this.points.push({ x: spot.x, y: spot.y });
    this.draw();
    this.changed(this);
  }

  finish() {
    this.next = null;
    this.draw();
    if (this.points.length >= (this.ring ? 3 : 2)) this.done(this);
  }

  clear() {
    this.points = [];
    this.next = null;
    this.draw();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key === 'Enter') { this.finish(); return true; }
    if (event.key === 'Backspace' && this.points.length) { this.points.pop(); this.draw(); this.changed(this); return true; }
    if (event.key === 'Escape' && (this.points.length || this.next)) { this.clear(); this.changed(this); return true; }
    return false;
  }

  /** @param {Spot} a @param {Spot | undefined} b */
  same(a, b) {
    if (!b) return false;
    const p = toPoint(a.x, a.y);
    const q = toPoint(b.x, b.y);
    return Math.hypot(p.x - q.x, p.y - q.y) < SAME_PX;
  }

  draw() {
    node ??= board('drag', 'drawing', () => shown?.draw());
    shown = this;
    const all = this.next ? [...this.points, this.next] : this.points;
    const d = pathThrough(all, this.ring && all.length > 2);
    const dot = (/** @type {Spot} */ it, /** @type {string} */ className, /** @type {number} */ r) => { const p = toPoint(it.x, it.y); return svg('circle', { class: className, cx: p.x, cy: p.y, r }); };
    fill(node, this.ring && all.length > 2 ? svg('path', { class: 'w-ground', d }) : null, d && svg('path', { class: 'w-case', d }), d && svg('path', { class: 'w-line', d }),
      this.points.map((it) => dot(it, 'w-point', 5)), this.next?.on ? dot(this.next, `w-snap w-snap-${this.next.on}`, 9) : null);
  }
}

/** Where a place of the drawing stands in the map's frame, for what is shown beside it. @param {Drawing} drawing */
export function besideOf(drawing) {
  const spot = drawing.next ?? drawing.points.at(-1);
  return spot ? app.map.layerPointToContainerPoint(toPoint(spot.x, spot.y)) : null;
}
