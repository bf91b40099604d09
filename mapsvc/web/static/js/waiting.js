// The distribution behind the median: how many reports waited how long until somebody was sent.
import { el, measureOut } from './el.js';
import { duration, number } from './format.js';
import { t } from './i18n.js';

/** @param {{under_min: number | null, n: number}[]} classes shortest first @returns {HTMLElement | null} null where too few were sent to tell */
export function waitingTimes(classes) {
  if (!classes.length) return null;
  const most = Math.max(1, ...classes.map((it) => it.n));
  return el('table', { class: 'waiting-times' },
    el('caption', { class: 'sr' }, t('waiting_times')),
    el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, t('waiting_times')), el('th', { scope: 'col', colspan: 2 }, t('waiting_times.n')))),
    el('tbody', {}, classes.map((it, i) => el('tr', {}, el('th', { scope: 'row' }, words(it.under_min, classes[i - 1]?.under_min ?? 0)),
      el('td', { class: 'barcell' }, measureOut(el('i', { class: 'bar' }), '--share', String(it.n / most))), el('td', { class: 'num' }, number(it.n))))));
}

/** "under 5 min", "5 min to 10 min", "1 d or more". @param {number | null} under @param {number} from minutes */
function words(under, from) {
  if (under === null) return t('waiting_times.from', { from: duration(from * 60) });
  return from ? t('waiting_times.between', { from: duration(from * 60), to: duration(under * 60) }) : t('waiting_times.under', { to: duration(under * 60) });
}
