// The lists behind the figures: incidents that change grid, the ground that does, and all grids before and after.
import { app, setView } from '../app.js';
import { el, fill } from '../el.js';
import { areaKm2, dueWords, number } from '../format.js';
import { typeIcon } from '../icons.js';
import { count, t } from '../i18n.js';
import { toast, troubleCard } from '../notice.js';
import { titleOf, walkable } from '../rows.js';
import { symbol } from '../symbols.js';
import { read } from './drafts.js';
import { goTo } from './findings.js';
import { plan } from './state.js';
import { table } from './table.js';
import { gridName, gridShort } from './words.js';

const PAGE = 100;
let asked = 0;

/** @param {HTMLElement} place @param {string} id what follows `list:`, as `moved_open@edit=3` */
export async function showMoved(place, id) {
  const [name, narrowed = ''] = id.split('@');
  const edit = /^edit=(\d+)$/.exec(narrowed)?.[1];
  const mine = ++asked;
  const title = el('h1', { tabindex: '-1' }, titleWords(name, edit));
  const head = el('div', { class: 'pad' }, el('div', { class: 'row between' }, el('span', { class: 'tag' }, t('list')), el('button', { class: 'btn quiet', type: 'button', on: { click: () => setView({ sel: '' }) } }, t('close'), ' ', el('kbd', {}, 'Esc'))), title);
  fill(place, head, el('div', { class: 'pad' }, el('span', { class: 'bone' })));
  try {
    const body = name === 'grids' ? grids() : name === 'ground' ? await ground() : await incidents(name === 'moved_open', edit);
    if (mine === asked) fill(place, head, ...body);
  } catch (problem) {
    if (mine === asked) fill(place, head, el('div', { class: 'pad' }, troubleCard(problem, t('error.list'), () => showMoved(place, id))));
  }
}

/** @param {string} name @param {string} [edit] */
function titleWords(name, edit) {
  if (name === 'grids') return t('planner.list.grids');
  if (name === 'ground') return t('planner.list.ground');
  return t(name === 'moved_open' ? 'planner.list.moved_open' : 'planner.list.moved') + (edit ? t('planner.list.of_edit', { n: edit }) : '');
}

function grids() {
  return plan.effect ? [table(plan.effect, { all: true })] : [];
}

async function ground() {
  const body = await read('/changes');
  const areas = body.features.filter((/** @type {any} */ it) => it.properties.kind === 'area');
  if (!areas.length) return [el('p', { class: 'pad' }, t('planner.list.no_ground'))];
  return [el('ul', { class: 'pad col tight' }, areas.map((/** @type {any} */ it) => el('li', { class: 'note row between' },
    el('span', {}, el('b', {}, `${gridName(it.properties.from)} → ${gridName(it.properties.to)}`), el('br'),
      t('planner.ground.words', { km2: areaKm2(it.properties.area_m2), n: number(it.properties.incidents ?? 0) })),
    el('button', { class: 'btn', type: 'button', on: { click: () => goTo(it.geometry) } }, t('planner.finding.go')))))];
}

/** @param {boolean} openOnly @param {string} [edit] */
async function incidents(openOnly, edit) {
  const params = { open: openOnly ? 1 : undefined, edit, limit: PAGE };
  const body = await read('/moved', params);
  const rows = walkable(el('ul', { class: 'flush' }, body.features.map(row)));
  const more = el('p', { class: 'pad' });
  offerMore(more, rows, body, params);
  return [el('p', { class: 'pad muted' }, count('list.count', body.numberMatched ?? body.features.length, { n: number(body.numberMatched ?? body.features.length) })), rows, more];
}

/** @param {HTMLElement} place @param {HTMLElement} rows @param {any} body @param {any} params */
function offerMore(place, rows, body, params) {
  fill(place);
  const left = (body.numberMatched ?? 0) - rows.children.length;
  if (!body.next || left <= 0) return;
  const after = typeof body.next === 'string' && body.next.includes('after=') ? new URL(body.next, location.href).searchParams.get('after') ?? '' : body.next;
  const next = async () => {
    const page = await read('/moved', { ...params, after });
    rows.append(...page.features.map(row));
    offerMore(place, rows, page, params);
  };
  fill(place, el('button', { class: 'btn wide', type: 'button', on: { click: () => next().catch((problem) => toast(problem.message)) } }, t('list.more', { n: number(Math.min(PAGE, left)), left: number(left) })));
}

/** @param {any} feature */
function row(feature) {
  const it = feature.properties;
  const type = app.desk?.types.find((/** @type {any} */ one) => one.code === it.type);
  const words = app.desk ? dueWords(it, app.desk.now, app.desk.community.tz) : '';
  return el('li', {}, el('button', { class: 'item', type: 'button', data: { id: it.id }, on: { click: () => open(feature) } },
    symbol(it, 26), el('span', { class: 't' }, app.desk ? titleOf(it) : it.title), el('span', { class: `w${it.light === 'red' ? ' late' : ''}` }, words),
    el('span', { class: 's' }, typeIcon(it.type, type?.icon), ' ', t('planner.list.from_to', { from: it.from ? gridShort(it.from) : '–', to: it.to ? gridShort(it.to) : '–' }))));
}

/** Go to its place; a matter without a place opens at the command desk. @param {any} feature */
function open(feature) {
  if (feature.geometry) goTo(feature.geometry);
  else window.open(`/command?sel=inc:${encodeURIComponent(feature.properties.id)}`, '_blank', 'noopener');
}
