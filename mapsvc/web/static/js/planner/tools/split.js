// Split: a line across one grid makes two of it.
import { gridTitle, t } from '../../i18n.js';
import { gridAt, gridOf, toSteps } from '../shapes.js';
import { plan } from '../state.js';
import { liner } from './liner.js';

/** Looks along a drawn line, to find the grid that it crosses most. */
const LOOKS = 24;

export const splitTool = liner({
  command(line) {
    const code = codeUnder(line);
    return code ? { kind: 'split', code, line } : null;
  },
  words(points, command) {
    const chosen = plan.chosen?.kind === 'grid' ? gridOf(plan.chosen.code ?? '') : null;
    const grid = command ? gridOf(command.code) : chosen;
    if (!points) return chosen ? t('planner.draw.split_start_in', { grid: gridTitle(chosen) }) : t('planner.draw.split_start');
    return grid ? t('planner.draw.split_on', { grid: gridTitle(grid) }) : t('planner.draw.split_next');
  },
});

/** The chosen grid, or else the one that most of the line lies in. @param {[number, number][]} line */
function codeUnder(line) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  for (let i = 1; i < line.length; i++) {
    for (let k = 0; k < LOOKS; k++) {
      const share = (k + 0.5) / LOOKS;
      const spot = toSteps(line[i - 1][0] + (line[i][0] - line[i - 1][0]) * share, line[i - 1][1] + (line[i][1] - line[i - 1][1]) * share);
      const code = gridAt(spot.x, spot.y)?.code;
      if (code) seen.set(code, (seen.get(code) ?? 0) + Math.hypot(line[i][0] - line[i - 1][0], line[i][1] - line[i - 1][1]));
    }
  }
  const chosen = plan.chosen?.kind === 'grid' ? plan.chosen.code : undefined;
  if (chosen && seen.has(chosen)) return chosen;
  return [...seen].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}
