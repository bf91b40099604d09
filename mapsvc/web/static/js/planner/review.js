// Before it goes to review: what must be true, what happens on the day, the date and the name; then the reviewer's part (reviewing.js).
import { app, on, setView } from '../app.js';
import { byId, el } from '../el.js';
import { addDays, areaKm2, isoDay, number } from '../format.js';
import { icon } from '../icons.js';
import { count, t } from '../i18n.js';
import { write } from './drafts.js';
import { goTo, unanswered } from './findings.js';
import { editTitle } from './history.js';
import { redraw } from './redraw.js';
import { drawReviewing } from './reviewing.js';
import { hear, plan } from './state.js';
import { gridShort, isOpen, plainCodes } from './words.js';

/** What was typed and is not sent yet. @type {{valid_from: string, edition_name: string}} */
let typed = { valid_from: '', edition_name: '' };
/** @type {any} */
let refusedBy = null;
let sending = false;
/** @type {HTMLElement} */
let place;

/** @param {HTMLElement} where */
export function startReview(where) {
  place = where;
  for (const event of ['draft', 'found', 'effect', 'kept']) hear(event, show);
  on('view', (changed) => { if (changed.has('panel')) show(); });
  on('desk', show);
}

function show() {
  if (app.view.panel !== 'review' || !plan.draft) return;
  if (!isOpen()) { drawReviewing(place); return; }
  redraw(place, el('div', { class: 'pad col' },
    plan.draft.note ? el('div', { class: 'note warn' }, el('b', {}, t('planner.review.sent_back'), ' '), plan.draft.note) : null,
    el('h1', { tabindex: '-1' }, t('planner.review.before')), checklist(), onTheDay(), form()));
}

/** What must hold, each with whether it does. @returns {{ok: boolean, blocks: boolean, words: string, go?: () => void, link?: string}[]} */
function conditions() {
  const it = plan.draft;
  const edits = (it.edits ?? []).filter((/** @type {any} */ one) => one.position <= it.position);
  const reasonless = edits.filter((/** @type {any} */ one) => !one.reason);
  const checks = it.checks ?? {};
  const [was, now] = checks.area_m2 ?? [null, null];
  const open = unanswered();
  const gaps = Number(checks.gaps ?? 0);
  const list = [
    { ok: edits.length > 0, blocks: true, words: edits.length ? count('planner.review.edits', edits.length, { n: number(edits.length) }) : t('planner.review.no_edit') },
    { ok: !gaps && checks.whole !== false, blocks: true, words: t(gaps ? 'planner.review.gaps' : 'planner.review.whole') },
  ];
  const pieces = checks.in_pieces ?? [];
  if (pieces.length) list.push({ ok: true, blocks: false, words: t('planner.review.pieces', { grids: pieces.map(gridShort).join(t('list_comma')) }) });
  if (now) list.push({ ok: Math.abs(now - was) <= 1e-6 * was, blocks: false, words: t('planner.review.area', { km2: areaKm2(now), share: ((Math.abs(now - was) / was) * 100).toFixed(3) }) });
  list.push({ ok: !open.length, blocks: open.some((/** @type {any} */ one) => one.properties.open), words: open.length ? count('planner.review.findings', open.length, { n: number(open.length) }) : t('planner.review.no_findings'),
    ...(open.length ? { link: plainCodes(open[0].properties.message), go: () => { setView({ panel: '' }); goTo(open[0].geometry); } } : {}) });
  if (edits.length) {
    list.push({ ok: !reasonless.length, blocks: true, words: t('planner.review.reasons', { n: number(edits.length - reasonless.length), all: number(edits.length) }),
      ...(reasonless.length ? { link: t('planner.review.add_reason'), go: () => focusReason(reasonless[0].position) } : {}) });
  }
  return list;
}

/** @param {number} position */
function focusReason(position) {
  place.querySelector(`[data-reason="${position}"]`)?.querySelector('input')?.focus();
}

function checklist() {
  return [el('ul', { class: 'col tight checklist' }, conditions().map((it) => el('li', { class: it.ok ? 'ok' : 'warn' }, icon(it.ok ? 'check' : 'warn'),
    el('span', {}, el('span', { class: 'sr' }, t(it.ok ? 'planner.review.met' : 'planner.review.not_met'), ' '), it.words, it.link ? [' ', el('button', { class: 'link', type: 'button', on: { click: it.go } }, it.link)] : null)))),
  reasons()];
}

/** A field for each edit that has no reason yet. */
function reasons() {
  const missing = (plan.draft.edits ?? []).filter((/** @type {any} */ one) => one.position <= plan.draft.position && !one.reason);
  return missing.map((/** @type {any} */ one) => {
    const field = /** @type {HTMLInputElement} */ (el('input', { class: 'field', type: 'text', maxlength: 500, name: `reason-${one.position}`, autocomplete: 'off' }));
    const keep = async () => {
      const reason = field.value.trim();
      if (!reason || one.reason) return;
      one.reason = reason;
      try { await write('POST', `/edits/${one.position}`, { reason }); } catch (problem) { one.reason = ''; refusedBy = problem; show(); }
    };
    field.addEventListener('change', keep);
    return el('label', { class: 'col tight', data: { reason: one.position } }, el('span', { class: 'small' }, t('planner.review.reason_of', { n: one.position, title: editTitle(one) })), field);
  });
}

function onTheDay() {
  const effect = plan.effect;
  if (!effect) return el('span', { class: 'bone' });
  const posts = effect.grids.filter((/** @type {any} */ it) => it.changed).length;
  const row = (/** @type {string} */ key, /** @type {number} */ n, /** @type {string} */ list, values = {}) => el('tr', {}, el('td', {}, t(key, values)), el('td', {}, el('button', { class: 'link', type: 'button', data: { id: key }, on: { click: () => setView({ sel: list }) } }, number(n))));
  return el('table', { class: 'day-table' }, el('thead', {}, el('tr', {}, el('th', { colspan: 2 }, t('planner.review.day')))),
    el('tbody', {}, row('planner.review.moved', effect.moved, 'list:moved'), row('planner.review.moved_open', effect.open, 'list:moved_open'),
      row('planner.review.households', effect.households, 'list:ground'), row('planner.review.grids', posts, 'list:grids')));
}

/** Today where the community is. */
export function today() {
  return app.desk ? app.desk.now.slice(0, 10) : isoDay(new Date().toISOString(), 'UTC');
}

/** @param {string} key @param {'date' | 'text'} type @param {string} value */
function field(key, type, value) {
  return el('label', { class: 'col tight grow' }, el('span', { class: 'small' }, t(`planner.review.${key}`)), el('input', {
    class: 'field', name: key, type, value, required: true, maxlength: type === 'text' ? 200 : null, min: type === 'date' ? today() : null, autocomplete: 'off',
    on: { input: (/** @type {any} */ it) => { typed = { ...typed, [key]: it.target.value }; refusedBy = null; } },
  }));
}

function form() {
  const missing = conditions().filter((it) => it.blocks && !it.ok);
  const { valid_from, edition_name } = proposed();
  const verb = missing.length ? t('planner.review.not_yet', { what: missing[0].words }) : sending ? t('planner.review.sending') : t('planner.send');
  return el('form', { class: 'col', id: 'review-form', on: { submit: (/** @type {Event} */ event) => { event.preventDefault(); submit(); } } },
    el('div', { class: 'row wrap fields' }, field('valid_from', 'date', valid_from), field('edition_name', 'text', edition_name)),
    refusedBy ? el('p', { class: 'note refusal', role: 'alert' }, refusedBy.message) : null,
    el('button', { class: 'btn pri big', type: 'submit', id: 'send', disabled: missing.length > 0 || sending }, verb, missing.length ? null : [' ', el('kbd', {}, 'Ctrl Enter')]),
    el('p', { class: 'small muted' }, t('planner.review.nothing_yet')));
}

/** What is typed, else what the draft says, else tomorrow. */
function proposed() {
  const valid_from = typed.valid_from || plan.draft.valid_from || addDays(today(), 1);
  return { valid_from, edition_name: typed.edition_name || plan.draft.edition_name || t('planner.review.edition_usual', { date: valid_from }) };
}

async function submit() {
  sending = true;
  refusedBy = null;
  show();
  try {
    await write('POST', '/review', proposed());
    typed = { valid_from: '', edition_name: '' };
  } catch (problem) {
    refusedBy = problem;
  }
  sending = false;
  show();
  byId('panel').scrollTop = 0;
  place.querySelector('h1')?.focus({ preventScroll: true });
}

/** Ctrl Enter: to the checklist first, from there to review. */
export function sendNow() {
  if (!plan.draft || !isOpen()) return;
  if (app.view.panel !== 'review') { setView({ panel: 'review', sel: '' }); place.querySelector('input')?.focus(); return; }
  /** @type {HTMLFormElement | null} */ (place.querySelector('#review-form:has(#send:not(:disabled))'))?.requestSubmit();
}
