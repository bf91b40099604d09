// The legend under a comparison: the classes of the counts, and what the hatch means.
import { el } from '../el.js';
import { number } from '../format.js';
import { t } from '../i18n.js';

/** @param {{breaks: number[], days: number}} classes class k holds breaks[k] up to below breaks[k + 1], the last one its upper break too */
export function compareLegend({ breaks, days }) {
  if (breaks.length < 6) return null;
  const kept = [0, 1, 2, 3, 4].filter((k) => k === 4 || breaks[k + 1] > breaks[k]);
  const range = (/** @type {number} */ k) => {
    const high = k === 4 ? breaks[5] : breaks[k + 1] - 1;
    return high <= breaks[k] ? number(breaks[k]) : `${number(breaks[k])}–${number(high)}`;
  };
  return el('span', { class: 'cmp-legend' }, el('b', {}, t('planner.compare.reported', { n: number(days) })),
    kept.map((k) => el('span', { class: 'key' }, el('i', { class: `cmp-key seq-${k + 1}` }), range(k))),
    el('span', { class: 'key' }, el('i', { class: 'cmp-key moved' }), t('planner.key.moved')));
}
