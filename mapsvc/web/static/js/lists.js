// Every number opens its list: the names of lists, the question behind each, and its title.
import { app } from './app.js';
import { openQuestion, question } from './api.js';
import { minutes, number } from './format.js';
import { gridTitle, nameOf, t } from './i18n.js';

const OPEN = 'green,yellow,red,waiting,suspended';

/** @typedef {{title: string, params: import('./api.js').Params, note?: string, spread?: {under_min: number | null, n: number}[]}} Listing */

/** Lists of open matters, whenever they began: name -> what narrows them. @type {Record<string, Record<string, string>>} */
const OPEN_LISTS = {
  open: { light: OPEN }, overdue: { light: 'red' }, soon: { light: 'yellow' }, intime: { light: 'green' }, waiting: { light: 'waiting' },
  boundary: { light: OPEN, certainty: 'boundary' }, unlocated: { light: OPEN, certainty: 'unlocated' }, open_outside: { light: OPEN, certainty: 'outside' },
  mine: { light: OPEN, queue: 'mine' },
};
/** Lists of what occurred in the interval. @type {Record<string, Record<string, string>>} */
const PERIOD_LISTS = {
  total: {}, closed: { light: 'closed' }, still_open: { light: OPEN }, inside: { certainty: 'certain,boundary' },
  outside: { certainty: 'outside' }, dispatched: { status: 'dispatched,handling,suspended,resolved,rework,verified,closed' }, all_unlocated: { certainty: 'unlocated' }, all_boundary: { certainty: 'boundary' },
};

/** The address part that selects a list. @param {string} name @param {string} [narrowed] `grid=06`, `type=env` */
export function listSel(name, narrowed = '') {
  return `list:${name}${narrowed ? `@${narrowed}` : ''}`;
}

/** @param {string} id what follows `list:` @returns {Listing | null} null = there is no such list */
export function listing(id) {
  const [name, narrowed = ''] = id.split(/@(.*)/);
  const isOpen = name in OPEN_LISTS;
  if (!isOpen && !(name in PERIOD_LISTS) && name !== 'today') return null;
  const base = isOpen ? openQuestion() : { ...question(), from: app.view.from || app.desk?.interval.from, to: app.view.to || app.desk?.interval.to };
  const params = { ...base, ...(isOpen ? OPEN_LISTS[name] : (PERIOD_LISTS[name] ?? {})), order: isOpen ? 'urgent' : 'newest' };
  if (name === 'today') Object.assign(params, { from: app.desk?.now.slice(0, 10), to: undefined });
  let title = t(`list.${name}`);
  const [key, value = ''] = narrowed.split(/=(.*)/);
  if (key === 'grid') { params.grid = [value]; title = t('list.in', { list: title, where: gridTitle(app.grids.get(value), value) }); }
  if (key === 'type') { params.type = [value]; title = t('list.in', { list: title, where: nameOf(app.desk?.types.find((/** @type {any} */ it) => it.code === value) ?? { name: value }) }); }
  if (key === 'day') { const [from, to] = value.split('/'); Object.assign(params, { from, to }); }
  return { title, params, note: name === 'closed' ? onTimeNote() : name === 'dispatched' ? dispatchNote() : '', spread: name === 'dispatched' ? app.desk?.figures.dispatch_classes : [] };
}

function onTimeNote() {
  const it = app.desk?.figures.on_time;
  return it ? t('list.on_time_note', { on_time: it.on_time, of: it.of }) : '';
}

/** "Half were sent within 6 min, 9 of 10 within 21 min." */
function dispatchNote() {
  const it = app.desk?.figures;
  return it && it.dispatch_median_min !== null && it.dispatch_median_min !== undefined ? t('list.dispatch_note', { half: minutes(it.dispatch_median_min), most: minutes(it.dispatch_p90_min), n: number(it.dispatch_n ?? 0) }) : '';
}
