// Reshape: the edge between two grids follows a drawn line. The edge is the chosen one, or the one the line leaves from.
import { gridTitle, t } from '../../i18n.js';
import { metresBetween } from '../geometry.js';
import { edgeNear, gridOf, isFrame, shapes, toLonLat, toSteps } from '../shapes.js';
import { scaleHere } from '../screen.js';
import { plan } from '../state.js';
import { liner } from './liner.js';

const CLEAR_M = 30;

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
  const ends = [line[0], line[line.length - 1]].map((it) => toSteps(it[0], it[1]));
  const inner = [...shapes.values()].filter((it) => !isFrame(it)).map((shape) => ({ shape, far: ends.reduce((sum, end) => sum + distance(shape, end), 0) }));
  const best = inner.sort((a, b) => a.far - b.far)[0];
  // The chosen edge is meant unless the line clearly begins and ends on another one.
  const chosen = inner.find((it) => it.shape.id === plan.chosen?.arc);
  const shape = (chosen && chosen.far < best.far + CLEAR_M ? chosen : best)?.shape;
  const codes = shape ? [plan.grids.get(shape.left)?.code, plan.grids.get(shape.right)?.code] : [];
  return codes[0] && codes[1] ? /** @type {[string, string]} */ (codes.sort()) : null;
}

/** Metres from a place to an edge. @param {import('../geometry.js').Shape} shape @param {import('../geometry.js').Spot} spot */
function distance(shape, spot) {
  const near = edgeNear(spot, Infinity, scaleHere().squeeze, [shape]);
  return near ? metresBetween(toLonLat(near.spot.x, near.spot.y), toLonLat(spot.x, spot.y)) : Infinity;
}
