// The cross that stands for the pointer when the map is used by keys: arrows move it, Space clicks there.
import { app } from '../app.js';
import { svg } from '../el.js';
import { gridTitle, t } from '../i18n.js';
import { board } from './screen.js';
import { gridAt } from './shapes.js';
import { byId } from '../el.js';
import { toSpot } from './screen.js';

/** Pixels a press moves it: usual, with Shift, with Ctrl. */
const STEP_PX = 10;
const FINE_PX = 1;
const FAR_PX = 50;
const EDGE_PX = 40;

/** Where it stands, as a layer point; null = not in use. @type {{x: number, y: number} | null} */
let at = null;
/** @type {SVGElement} */
let node;

export function startCross() {
  node = board('drag', 'cross', () => moveCross(null));
  node.append(svg('path', { class: 'x-case', d: 'M-16 0h32M0-16v32' }), svg('path', { class: 'x-line', d: 'M-16 0h32M0-16v32' }));
  node.setAttribute('aria-hidden', 'true');
  moveCross(null);
}

/**
 * @param {[number, number] | null} way null puts it away @param {{shiftKey: boolean, ctrlKey: boolean}} [event]
 * @returns {{x: number, y: number} | null} where it stands now
 */
export function moveCross(way, event = { shiftKey: false, ctrlKey: false }) {
  node.classList.toggle('off', way === null);
  if (way === null) { at = null; return null; }
  const size = app.map.getSize();
  at ??= app.map.containerPointToLayerPoint([size.x / 2, size.y / 2]);
  const step = event.shiftKey ? FINE_PX : event.ctrlKey ? FAR_PX : STEP_PX;
  const now = { x: /** @type {any} */ (at).x + way[0] * step, y: /** @type {any} */ (at).y + way[1] * step };
  at = now;
  const seen = app.map.layerPointToContainerPoint(now);
  const over = [Math.min(0, seen.x - EDGE_PX) || Math.max(0, seen.x - size.x + EDGE_PX), Math.min(0, seen.y - EDGE_PX) || Math.max(0, seen.y - size.y + EDGE_PX)];
  if (over[0] || over[1]) app.map.panBy(over, { animate: false });
  for (const child of node.children) child.setAttribute('transform', `translate(${now.x} ${now.y})`);
  sayWhere(now);
  return now;
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let soon;
/** Where the cross stands, said once it rests. @param {{x: number, y: number}} point */
function sayWhere(point) {
  clearTimeout(soon);
  soon = setTimeout(() => {
    const spot = toSpot(point);
    const grid = gridAt(spot.x, spot.y);
    byId('voice').textContent = grid ? t('planner.draw.cross_in', { grid: gridTitle(grid) }) : t('planner.draw.cross_out');
  }, 400);
}
