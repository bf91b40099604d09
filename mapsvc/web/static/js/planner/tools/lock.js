// Lock: a click on a grid keeps its lines as they are, another frees them.
import { gridTitle, t } from '../../i18n.js';
import { complain, say } from '../bar.js';
import { write } from '../drafts.js';
import { toSpot } from '../screen.js';
import { gridAt } from '../shapes.js';
import { plan } from '../state.js';

/** @type {import('../mapview.js').Tool} */
export const lockTool = {
  cross: true,
  start() { say(t('planner.draw.lock_start')); },
  stop() {},
  async click(point) {
    const spot = toSpot(point);
    const grid = gridAt(spot.x, spot.y);
    if (!grid) return;
    const locked = new Set(plan.draft?.locked ?? []);
    const lock = !locked.delete(grid.code);
    if (lock) locked.add(grid.code);
    try {
      await write('PATCH', '', { locked: [...locked].sort() });
      say(t(lock ? 'planner.draw.lock_done' : 'planner.draw.lock_undone', { grid: gridTitle(grid) }));
    } catch (problem) {
      complain(/** @type {Error} */ (problem).message);
    }
  },
};
