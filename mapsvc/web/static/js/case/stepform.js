// A step that needs something: a small form below the buttons. No window over the desk, no question twice.
import { app } from '../app.js';
import { send } from '../api.js';
import { el } from '../el.js';
import { t } from '../i18n.js';
import { act, read } from './act.js';
import { facts, open, set, turnMode } from './state.js';
import { nameOf } from '../i18n.js';
import { reasonTitle, stepTitle } from './words.js';

const LONGEST_NOTE = 2000;
const LEVELS = [1, 2, 3, 4];
/** Steps that offer more than they need. */
const TAKES_HOURS = new Set(['extend']);
const TAKES_FILING = new Set(['file']);
const TAKES_PHOTO = new Set(['fast_close', 'resolve']);

/** Does this step need a form before it can be taken? @param {any} step */
export function needsForm(step) {
  return step.needs?.length > 0 || step.reasons?.length > 0 || TAKES_HOURS.has(step.name) || TAKES_FILING.has(step.name);
}

/** @param {any} step */
export function stepForm(step) {
  const needs = new Set(step.needs ?? []);
  const noteNeeded = needs.has('note') || (needs.has('feedback') && !hasFeedback()) || (needs.has('evidence') && !open.case.photos?.length);
  const parts = {
    reason: needs.has('reason') || step.reasons?.length ? reasonField(step) : null,
    hours: TAKES_HOURS.has(step.name) ? numberField('hours', t('case.field.hours'), 24) : null,
    level: TAKES_FILING.has(step.name) ? levelField() : null,
    type: TAKES_FILING.has(step.name) ? typeField() : null,
    limit_hours: TAKES_FILING.has(step.name) || needs.has('limit') ? numberField('limit_hours', t('case.field.limit'), null) : null,
    photo: TAKES_PHOTO.has(step.name) ? el('input', { class: 'field', type: 'file', name: 'photo', accept: 'image/jpeg,image/png,image/webp' }) : null,
    note: el('textarea', { class: 'field', name: 'note', rows: 3, maxlength: LONGEST_NOTE }),
  };
  const button = /** @type {HTMLButtonElement} */ (el('button', { class: 'btn pri wide', type: 'submit', data: { id: 'step-send' } }));
  const label = (/** @type {string} */ words, /** @type {any} */ field) => (field ? el('label', { class: 'col tight' }, el('span', { class: 'small' }, words), field) : null);
  const form = /** @type {HTMLFormElement} */ (el('form', { class: 'case-form col', on: { submit: (/** @type {Event} */ event) => { event.preventDefault(); submit(step, form); } } },
    el('h3', {}, stepTitle(step)),
    label(t('case.field.reason'), parts.reason), label(t('case.field.hours'), parts.hours), label(t('case.field.level'), parts.level), label(t('case.field.type'), parts.type), label(t('case.field.limit'), parts.limit_hours), label(t('case.field.photo'), parts.photo),
    label(t(noteNeeded ? 'case.field.note' : 'case.field.note_optional'), parts.note),
    el('p', { class: 'row wrap' }, button, el('button', { class: 'btn', type: 'button', on: { click: () => turnMode(open.mode) } }, t('case.cancel')))));
  const say = () => {
    const given = values(form);
    const what = missing(step, given, noteNeeded, form);
    button.disabled = what !== '';
    button.textContent = what ? t(`case.missing.${what}`) : stepTitle(step);
  };
  form.addEventListener('input', say);
  form.addEventListener('change', say);
  say();
  leaveOnEscape(form);
  requestAnimationFrame(() => { /** @type {HTMLElement | null} */ (form.querySelector('select, input, textarea'))?.focus(); form.scrollIntoView({ block: 'nearest' }); });
  return form;
}

/** What the step still lacks, '' = nothing. @param {any} step @param {any} given @param {boolean} noteNeeded @param {HTMLFormElement} form */
function missing(step, given, noteNeeded, form) {
  const photo = /** @type {HTMLInputElement | null} */ (form.querySelector('input[type=file]'));
  if (step.needs?.includes('reason') && !given.reason) return 'reason';
  if (TAKES_HOURS.has(step.name) && !(given.hours > 0)) return 'hours';
  return (noteNeeded && !given.note && !photo?.files?.length) || (given.reason === 'other' && !given.note) ? 'note' : '';
}

/** Feedback told since the last dispatch is what closing needs. */
function hasFeedback() {
  const kinds = (open.case.history ?? []).map((/** @type {any} */ it) => it.kind);
  return kinds.slice(kinds.lastIndexOf('incident.dispatched') + 1).some((/** @type {string} */ it) => it === 'incident.feedback' || it === 'incident.visit' || it === 'incident.visited');
}

/** @param {any} step */
function reasonField(step) {
  if (!step.reasons?.length) return el('input', { class: 'field', type: 'text', name: 'reason', maxlength: 500, autocomplete: 'off' });
  return el('select', { class: 'field', name: 'reason' }, el('option', { value: '' }, t('case.field.choose')), step.reasons.map((/** @type {any} */ it) => el('option', { value: it.code }, reasonTitle(it))));
}

/** @param {string} name @param {string} words @param {number | null} value */
function numberField(name, words, value) {
  return el('input', { class: 'field', type: 'number', name, min: 0.5, max: 9999, step: 0.5, value, aria: { label: words } });
}

function levelField() {
  return el('select', { class: 'field', name: 'level' }, LEVELS.map((it) => el('option', { value: it, selected: it === facts().level }, t(`case.level.${it}`))));
}

function typeField() {
  return el('select', { class: 'field', name: 'type' }, app.desk.types.map((/** @type {any} */ it) => el('option', { value: it.code, selected: it.code === facts().type }, nameOf(it))));
}

/** What the form says, empty fields left out. @param {HTMLFormElement} form @returns {any} */
function values(form) {
  /** @type {Record<string, any>} */
  const given = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value !== 'string' || !value.trim()) continue;
    given[name] = ['hours', 'level', 'limit_hours'].includes(name) ? Number(value) : value.trim();
  }
  // What stays as it is needs not be said.
  if (given.level === facts().level) delete given.level;
  if (given.type === facts().type) delete given.type;
  return given;
}

/** A photo goes first: the step then names it. @param {any} step @param {HTMLFormElement} form */
async function submit(step, form) {
  if (/** @type {HTMLButtonElement} */ (form.querySelector('[type=submit]')).disabled) return;
  const given = values(form);
  const file = /** @type {HTMLInputElement | null} */ (form.querySelector('input[type=file]'))?.files?.[0];
  if (file) {
    const body = new FormData();
    body.append('photo', file);
    set({ busy: 'photo', trouble: null });
    try {
      const photo = (await send('POST', `/api/reports/${encodeURIComponent(open.id)}/photos`, body)).body;
      given.photos = [photo.id];
      await read();
      set({ busy: '' });
    } catch (problem) {
      set({ busy: '', trouble: { kind: 'failed', words: /** @type {any} */ (problem).message } });
      return;
    }
  }
  await act('steps', { step: step.name, ...given }, { done: (told) => (told.undo ? '' : t('case.step_done', { step: stepTitle(step) })) });
}

/** Esc leaves the form, not the card. @param {HTMLElement} form */
export function leaveOnEscape(form) {
  form.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    turnMode(open.mode);
    document.querySelector('#panel h1')?.focus({ preventScroll: true });
  });
}
