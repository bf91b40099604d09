// Pick: a click chooses the edge or the grid under it; nothing is changed.
import { gridTitle, t } from '../../i18n.js';
import { say } from '../bar.js';
import { scaleHere, toSpot } from '../screen.js';
import { edgeNear, edgeTitle, gridAt, gridOf, shapes } from '../shapes.js';
import { change, plan } from '../state.js';

const EDGE_PX = 8;

/** @type {import('../mapview.js').Tool} */
export const pickTool = {
  cross: true,
  start: sayChosen,
  stop() {},
  click(point) {
    const spot = toSpot(point);
    const { stepsPerPx, squeeze } = scaleHere();
    const edge = edgeNear(spot, EDGE_PX * stepsPerPx, squeeze);
    const grid = edge ? null : gridAt(spot.x, spot.y);
    if (edge) change({ chosen: { kind: 'arc', arc: edge.shape.id } }, 'chosen');
    else change({ chosen: grid && !(plan.chosen?.kind === 'grid' && plan.chosen.code === grid.code) ? { kind: 'grid', code: grid.code } : null }, 'chosen');
    sayChosen();
  },
  key(event) {
    if (event.key !== 'Escape' || !plan.chosen) return false;
    change({ chosen: null }, 'chosen');
    sayChosen();
    return true;
  },
};

function sayChosen() {
  const chosen = plan.chosen;
  const edge = chosen?.arc === undefined ? null : shapes.get(chosen.arc);
  const grid = chosen?.code ? gridOf(chosen.code) : null;
  say(edge ? t('planner.draw.picked_edge', { edge: edgeTitle(edge) }) : grid ? t('planner.draw.picked_grid', { grid: gridTitle(grid) }) : '');
}
