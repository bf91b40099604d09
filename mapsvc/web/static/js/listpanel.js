// A list behind a number, in the panel: the same question as the number, a page at a time.
import { get, latest } from './api.js';
import { el, fill } from './el.js';
import { number } from './format.js';
import { count, t } from './i18n.js';
import { listing } from './lists.js';
import { waitingTimes } from './waiting.js';
import { toast, troubleCard } from './notice.js';
import { cardHead } from './panel.js';
import { incidentRow, walkable } from './rows.js';
import { emptyList } from './states.js';

const PAGE = 100;
const newSignal = latest();

/** @param {HTMLElement} panel @param {string} id @param {boolean} again */
export async function showList(panel, id, again) {
  const list = listing(id);
  if (!list) {
    fill(panel, el('div', { class: 'pad' }, cardHead(t('list')), el('h1', { tabindex: '-1' }, t('list.none')), el('p', {}, t('problem.unknown', { name: 'sel', value: id }))));
    if (!again) toast(t('problem.unknown', { name: 'sel', value: `list:${id}` }));
    return;
  }
  const signal = newSignal();
  const title = el('h1', { tabindex: '-1' }, list.title);
  if (!again) fill(panel, el('div', { class: 'pad' }, cardHead(t('list')), title, el('span', { class: 'bone' })));
  try {
    const body = await get('/api/incidents', { ...list.params, limit: PAGE }, signal);
    const focused = panel.contains(document.activeElement);
    const rows = walkable(el('ul', { class: 'flush' }, body.features.map((/** @type {any} */ it) => incidentRow(it))));
    const more = el('p', { class: 'pad' });
    fill(panel,
      el('div', { class: 'pad' }, cardHead(t('list')), title, el('p', { class: 'muted' }, count('list.count', body.numberMatched, { n: number(body.numberMatched) }), list.note ? ` ${list.note}` : ''), waitingTimes(list.spread ?? [])),
      body.numberMatched ? rows : emptyList(), more);
    offerMore(more, rows, body);
    if (focused) title.focus({ preventScroll: true });
  } catch (problem) {
    if (!signal.aborted) fill(panel, el('div', { class: 'pad' }, cardHead(t('list')), title, troubleCard(problem, t('error.list'), () => showList(panel, id, true))));
  }
}

/** @param {HTMLElement} place @param {HTMLElement} rows @param {any} body */
function offerMore(place, rows, body) {
  fill(place);
  if (!body.next) return;
  const next = async () => {
    const url = new URL(body.next, location.href);
    const page = await get(`${url.pathname}${url.search}`);
    rows.append(...page.features.map((/** @type {any} */ it) => incidentRow(it)));
    offerMore(place, rows, page);
  };
  const left = body.numberMatched - rows.children.length;
  fill(place, el('button', { class: 'btn wide', type: 'button', on: { click: () => next().catch((problem) => toast(problem.message)) } }, t('list.more', { n: number(Math.min(PAGE, left)), left: number(left) })));
}
