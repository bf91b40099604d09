// The edition chip: which map is looked at. Any edition, any day, or a draft; the address says which.
import { app, on, setView } from './app.js';
import { get } from './api.js';
import { byId, el, fill } from './el.js';
import { icon } from './icons.js';
import { t } from './i18n.js';
import { closePopover, popover } from './popover.js';

export function startEditions() {
  popover(byId('edition'), form, t('editions.title'));
  on('desk', show);
}

/** Words for a plan as it stands on the day of the desk. @param {any} plan @param {string} today YYYY-MM-DD */
export function editionWords(plan, today) {
  if (!plan.valid_from || plan.status === 'draft' || plan.status === 'in_review') return plan.valid_from ? t(`edition.${plan.status}`, { date: plan.valid_from }) : t('edition.draft_plain', { name: plan.name });
  if (plan.valid_to && plan.valid_to <= today) return t('edition.retired', { date: plan.valid_from });
  if (plan.valid_from > today) return t('edition.coming', { date: plan.valid_from });
  return t(`edition.${plan.status}`, { date: plan.valid_from });
}

/** @param {any} desk */
function show(desk) {
  const chip = byId('edition');
  chip.hidden = !desk.plan;
  if (!desk.plan) return;
  const other = app.view.plan !== '' || app.view.as_of !== '';
  chip.classList.toggle('on', other);
  fill(chip, icon('file'), editionWords(desk.plan, desk.now.slice(0, 10)), icon('down'));
  chip.title = t('edition.hint', { name: desk.plan.name, epsg: desk.plan.working_epsg, seq: desk.seq });
}

function form() {
  const list = el('ul', { class: 'col editionlist' }, el('li', {}, el('span', { class: 'bone' })));
  const day = /** @type {HTMLInputElement} */ (el('input', { class: 'field', type: 'date', name: 'as_of', value: app.view.as_of, aria: { label: t('editions.day') } }));
  read(list);
  return el('div', { class: 'col editions-form' }, el('h2', {}, t('editions.title')),
    el('form', { class: 'row wrap', on: { submit: (/** @type {Event} */ event) => { event.preventDefault(); go({ plan: '', as_of: day.value }); } } },
      el('label', { class: 'row' }, el('span', {}, t('editions.as_of')), day), el('button', { class: 'btn', type: 'submit' }, t('editions.show')),
      app.view.plan || app.view.as_of ? el('button', { class: 'btn', type: 'button', id: 'edition-now', on: { click: () => go({ plan: '', as_of: '' }) } }, t('editions.now')) : null),
    list,
    el('p', { class: 'row wrap' }, el('a', { class: 'btn quiet', href: `/findings${app.desk?.plan ? `?plan=${encodeURIComponent(app.desk.plan.id)}` : ''}` }, t('editions.findings')), el('a', { class: 'btn quiet', href: '/planner' }, t('desk.planner'))));
}

/** @param {HTMLElement} list */
async function read(list) {
  try {
    const [{ plans }, { drafts }] = await Promise.all([get('/api/plans'), get('/api/drafts').catch(() => ({ drafts: [] }))]);
    const open = drafts.filter((/** @type {any} */ it) => it.status === 'draft' || it.status === 'in_review').map((/** @type {any} */ it) => ({ ...it, valid_from: null }));
    const known = new Set(drafts.map((/** @type {any} */ it) => it.id));
    fill(list, [...plans.filter((/** @type {any} */ it) => !known.has(it.id)), ...open].map(choice));
  } catch (problem) {
    fill(list, el('li', { class: 'note warn' }, /** @type {Error} */ (problem).message));
  }
}

/** @param {any} plan */
function choice(plan) {
  const on_ = app.desk?.plan?.id === plan.id;
  const words = editionWords(plan, app.desk.now.slice(0, 10));
  return el('li', {}, el('button', { class: `btn wide${on_ ? ' on' : ''}`, type: 'button', data: { plan: plan.id }, aria: { pressed: on_ }, on: { click: () => go({ plan: plan.id, as_of: '' }) } },
    el('span', { class: 'grow' }, el('b', {}, words), plan.valid_from && plan.name ? el('span', { class: 'small muted' }, ` ${plan.name}`) : null)));
}

/** @param {{plan: string, as_of: string}} view */
function go(view) {
  closePopover();
  setView({ ...view, sel: app.view.sel.startsWith('grid:') ? app.view.sel : '' });
}
