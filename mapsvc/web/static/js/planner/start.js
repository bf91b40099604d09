// The planner's first page: the drafts, last changed first; the editions with their dates; a form that starts a draft from one of them.
import { app, on } from '../app.js';
import { get, send } from '../api.js';
import { byId, el, fill } from '../el.js';
import { dateTime, number } from '../format.js';
import { count, has, t } from '../i18n.js';
import { toast, troubleCard } from '../notice.js';
import { firstUse } from '../states.js';
import { showChanged } from './changed.js';
import { statusWords } from './words.js';

const LONGEST_NAME = 120;

export async function startList() {
  if ('empty' in document.documentElement.dataset) { fill(byId('start'), firstUse()); return; }
  fill(byId('start'), el('h1', {}, t('desk.planner')), el('span', { class: 'bone' }), el('span', { class: 'bone' }));
  on('desk', () => { for (const node of document.querySelectorAll('[data-at]')) node.textContent = at(node.getAttribute('data-at') ?? ''); });
  try {
    const [drafts, plans] = await Promise.all([get('/api/drafts'), get('/api/plans')]);
    show(drafts.drafts, plans.plans.filter((/** @type {any} */ it) => it.status === 'published' || it.status === 'retired' || (it.status === 'draft' && !drafts.drafts.some((/** @type {any} */ one) => one.id === it.id))));
  } catch (problem) {
    fill(byId('start'), troubleCard(problem, t('planner.start.failed'), startList));
  }
}

/** @param {any[]} drafts @param {any[]} plans */
function show(drafts, plans) {
  const working = drafts.filter((it) => it.status === 'draft' || it.status === 'in_review');
  const done = drafts.filter((it) => !working.includes(it));
  fill(byId('start'), el('h1', { tabindex: '-1' }, t('desk.planner')), el('p', { class: 'muted' }, t('planner.start.words')),
    el('div', { class: 'start-columns' },
      el('section', { class: 'col' }, el('h2', {}, t('planner.start.drafts')),
        working.length ? el('ul', { class: 'col tight' }, working.map(draftCard)) : el('p', { class: 'muted' }, t('planner.start.no_drafts')),
        done.length ? el('details', {}, el('summary', { class: 'btn quiet' }, t('planner.start.done', { n: number(done.length) })), el('ul', { class: 'col tight' }, done.map(draftCard))) : null),
      el('section', { class: 'col' }, form(plans), el('h2', {}, t('planner.start.editions')), editions(plans))));
}

/** @param {any} it */
function draftCard(it) {
  return el('li', {}, el('a', { class: 'draftcard', href: `/planner/${encodeURIComponent(it.id)}` },
    el('span', { class: 'row between' }, el('b', {}, it.name), el('span', { class: `tag status-${it.status}` }, statusWords(it.status))),
    el('span', { class: 'small muted' }, t('planner.on_edition', { date: it.base?.valid_from ?? it.base?.name ?? '' }), ' · ', count('planner.edits', it.position ?? 0, { n: number(it.position ?? 0) })),
    el('span', { class: 'small muted' }, t('planner.start.changed'), ' ', el('span', { data: { at: iso(it.changed_at) } }, at(iso(it.changed_at))), ' · ', has(`planner.post.${it.post}`) ? t(`planner.post.${it.post}`) : it.post ?? '')));
}

/** @param {any} time */
function iso(time) {
  return typeof time === 'number' ? new Date(time * 1000).toISOString() : time ?? '';
}

/** @param {string} time */
function at(time) {
  return time ? dateTime(time, app.desk?.community.tz ?? 'UTC') : '';
}

/** @param {any} it */
function editionWords(it) {
  if (!it.valid_from) return t('planner.edition.undated', { name: it.name });
  return it.valid_to ? t('planner.edition.span', { from: it.valid_from, to: it.valid_to, name: it.name }) : t('planner.edition.since', { from: it.valid_from, name: it.name });
}

/** The last day of an edition, or what it is without one. @param {any} it */
function untilWords(it) {
  if (it.valid_to || !it.valid_from) return it.valid_to ?? '–';
  const today = app.desk?.now.slice(0, 10) ?? new Date().toISOString().slice(0, 10);
  return t(it.valid_from > today ? 'planner.edition.later' : 'planner.edition.in_force');
}

/** @param {any[]} plans */
function editions(plans) {
  const changed = el('section', { class: 'col changed' });
  return [el('table', { class: 'editions' }, el('caption', { class: 'sr' }, t('planner.start.editions')),
    el('thead', {}, el('tr', {}, el('th', {}, t('planner.edition')), el('th', {}, t('planner.edition.from')), el('th', {}, t('planner.edition.to')), el('th', {}, t('planner.edition.grids')), el('th', {}, ''))),
    el('tbody', {}, plans.map((it, i) => el('tr', {}, el('td', {}, it.name), el('td', {}, it.valid_from ?? '–'), el('td', {}, untilWords(it)), el('td', {}, number(it.grids)),
      el('td', {}, el('span', { class: 'row wrap' }, el('a', { href: `/command?plan=${encodeURIComponent(it.id)}` }, t('planner.edition.map')),
        plans[i + 1] && it.valid_from ? el('button', { class: 'link', type: 'button', on: { click: () => showChanged(changed, plans[i + 1], it) } }, t('planner.edition.changed')) : null)))))), changed];
}

/** @param {any[]} plans */
function form(plans) {
  const name = /** @type {HTMLInputElement} */ (el('input', { class: 'field', name: 'name', maxlength: LONGEST_NAME, required: true, autocomplete: 'off', placeholder: t('planner.start.name_hint') }));
  const plan = /** @type {HTMLSelectElement} */ (el('select', { class: 'field', name: 'plan' }, el('option', { value: '' }, t('planner.start.in_force')),
    plans.map((it) => el('option', { value: it.id }, editionWords(it)))));
  const button = /** @type {HTMLButtonElement} */ (el('button', { class: 'btn pri', type: 'submit' }, t('planner.start.go')));
  // A plan with gaps or overlaps is no partition yet: it is mended first, as far as the planner allows.
  const metres = /** @type {HTMLInputElement} */ (el('input', { class: 'field', type: 'number', name: 'fix_m', min: 0.1, max: 50, step: 0.1, value: 2 }));
  const why = el('p', { lang: 'en' });
  const mend = el('div', { class: 'note warn col tight', role: 'alert', hidden: true }, why, el('label', { class: 'col tight' }, el('span', { class: 'small' }, t('planner.start.mend')), metres));
  return el('form', { class: 'col start-form', on: {
    submit: async (/** @type {Event} */ event) => {
      event.preventDefault();
      if (!name.value.trim()) { name.focus(); return; }
      button.disabled = true;
      button.textContent = t('planner.start.going');
      try {
        const fix_m = mend.hidden ? 0 : Number(metres.value);
        const { body } = await send('POST', '/api/drafts', { name: name.value.trim(), ...(plan.value ? { plan: plan.value } : {}), ...(fix_m ? { fix_m } : {}) });
        location.href = `/planner/${encodeURIComponent(body.id)}`;
      } catch (problem) {
        const { status, message } = /** @type {any} */ (problem);
        if (status === 422) { fill(why, message); mend.hidden = false; metres.focus(); } else toast(message);
        button.disabled = false;
        button.textContent = t('planner.start.go');
      }
    },
  } }, el('h2', {}, t('planner.start.new')),
  el('label', { class: 'col tight' }, el('span', { class: 'small' }, t('planner.start.name')), name),
  el('label', { class: 'col tight' }, el('span', { class: 'small' }, t('planner.start.from')), plan),
  el('p', { class: 'small muted' }, t('planner.start.restore')), mend, el('p', {}, button));
}
