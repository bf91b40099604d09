// Reshape: the edge between two grids follows a drawn line. The edge is the chosen one, or the one the line leaves from.
import { gridTitle, t } from '../../i18n.js';
import { metresBetween } from '../geometry.js';
import { edgeNear, gridOf, isFrame, shapes, toLonLat, toSteps } from '../shapes.js';
import { plan } from '../state.js';
import { liner } from './liner.js';

export const reshapeTool = liner({
  command(line) {
    const between = pairOf(line);
    return between ? { kind: 'reshape', line, between } : null;
  },
  words(points, command) {
    if (!points) return t('planner.draw.reshape_start');
    if (!command) return t('planner.draw.reshape_next');
    const [a, b] = command.between.map(gridOf);
    return t('planner.draw.reshape_on', { a: gridTitle(a, command.between[0]), b: gridTitle(b, command.between[1]) });
  },
});

/** Codes at the two sides of the edge that is meant. @param {[number, number][]} line @returns {[string, string] | null} */
function pairOf(line) {
  const chosen = plan.chosen?.arc === undefined ? undefined : shapes.get(plan.chosen.arc);
  const shape = chosen && !isFrame(chosen) ? chosen : nearestTo(line);
  if (!shape) return null;
  const codes = [plan.grids.get(shape.left)?.code, plan.grids.get(shape.right)?.code];
  return codes[0] && codes[1] ? /** @type {[string, string]} */ (codes.sort()) : null;
}

/** The inner edge on which the line's ends lie best. @param {[number, number][]} line */
function nearestTo(line) {
  /** @type {Map<import('../geometry.js').Shape, number>} */
  const far = new Map();
  const tips = [line[0], line[line.length - 1]].map((it) => toSteps(it[0], it[1]));
  for (const tip of tips) {
    for (const shape of shapes.values()) {
      if (isFrame(shape)) continue;
      far.set(shape, (far.get(shape) ?? 0) + distance(shape, tip));
    }
  }
  return [...far].sort((a, b) => a[1] - b[1])[0]?.[0];
}

/** Metres from a place to the nearest vertex or segment of an edge. @param {import('../geometry.js').Shape} shape @param {import('../geometry.js').Spot} spot */
function distance(shape, spot) {
  const near = edgeNear(spot, Infinity, 0.77, [shape]);
  return near ? metresBetween(toLonLat(near.spot.x, near.spot.y), toLonLat(spot.x, spot.y)) : Infinity;
}
