// What the parts of the keeper's page share: tables, fields, refusals, and secrets that are told once.
import { byId, el, fill } from '../../el.js';
import { icon } from '../../icons.js';
import { lang, nameOf, t } from '../../i18n.js';
import { toast } from '../../notice.js';

/** @typedef {{code: string, name: string, name_zh: string}} Named */

/** Names of posts, departments, grids and task types, as the page was printed with. @type {{posts: Named[], departments: Named[], grids: Named[], types: Named[], roles: string[]}} */
export const names = JSON.parse(document.getElementById('names')?.textContent ?? '{}');

/** @param {string[]} heads @param {any[]} rows of tr @param {string} empty what is said where there is none */
export function table(heads, rows, empty) {
  if (!rows.length) return el('p', { class: 'note' }, empty);
  return el('div', { class: 'scroll' }, el('table', {}, el('thead', {}, el('tr', {}, heads.map((head) => el('th', { scope: 'col' }, head)))), el('tbody', {}, rows)));
}

/** @param {string} words @param {HTMLElement} control @param {{whole?: boolean}} [how] */
export function labelled(words, control, { whole = false } = {}) {
  return el('label', { class: `col tight${whole ? ' whole' : ''}` }, el('span', { class: 'small' }, words), control);
}

/** @param {string} name @param {Record<string, any>} [more] */
export function input(name, more = {}) {
  return /** @type {HTMLInputElement} */ (el('input', { class: 'field', type: 'text', name, maxlength: 100, autocomplete: 'off', ...more }));
}

/** @param {string} name @param {[string, string][]} options value, words @param {string[]} [chosen] @param {Record<string, any>} [more] */
export function select(name, options, chosen = [], more = {}) {
  return /** @type {HTMLSelectElement} */ (el('select', { class: 'field', name, ...more }, options.map(([value, words]) => el('option', { value, selected: chosen.includes(value) }, words))));
}

/** Options of named things, with none before them. @param {Named[]} things @param {boolean} [none] @returns {[string, string][]} */
export function options(things, none = true) {
  const all = things.map((it) => /** @type {[string, string]} */ ([it.code, `${nameOf(it)} (${it.code})`]));
  return none ? [['', t('admin.none')], ...all] : all;
}

/** A box to tick. @param {string} name @param {string} words @param {boolean} on */
export function tick(name, words, on) {
  return el('label', { class: 'check' }, el('input', { type: 'checkbox', name, checked: on }), el('span', {}, words));
}

/** @param {HTMLFormElement} form @param {string} name */
export function value(form, name) {
  const field = /** @type {any} */ (form.elements.namedItem(name));
  if (field.multiple) return [...field.selectedOptions].map((/** @type {any} */ it) => it.value);
  return field.type === 'checkbox' ? field.checked : field.value.trim();
}

/**
 * A form that sends. @param {any[]} content @param {string} verb @param {(form: HTMLFormElement) => Promise<any>} act @param {(() => void) | null} [leave]
 */
export function form(content, verb, act, leave = null) {
  const said = el('div', { class: 'whole', role: 'alert' });
  const made = /** @type {HTMLFormElement} */ (el('form', { class: 'keeper-form', on: { submit: async (/** @type {Event} */ event) => {
    event.preventDefault();
    fill(said);
    made.classList.add('busy');
    try {
      await act(made);
    } catch (problem) {
      fill(said, el('p', { class: 'note refusal' }, /** @type {Error} */ (problem).message));
      const field = /** @type {any} */ (problem).field;
      /** @type {any} */ (field ? made.elements.namedItem(field) : null)?.focus?.();
    }
    made.classList.remove('busy');
  } } }, content, said, el('p', { class: 'row wrap whole' }, el('button', { class: 'btn pri', type: 'submit' }, verb),
    leave ? el('button', { class: 'btn', type: 'button', on: { click: leave } }, t('close')) : null)));
  return made;
}

/** @param {string} words @param {() => Promise<any>} act */
export function button(words, act) {
  return el('button', { class: 'btn', type: 'button', on: { click: async (/** @type {any} */ event) => {
    event.target.disabled = true;
    try { await act(); } catch (problem) { toast(/** @type {Error} */ (problem).message); }
    event.target.disabled = false;
  } } }, words);
}

/** Something that is told once. @param {string} words @param {string} secret */
export function secretNote(words, secret) {
  return el('div', { class: 'secret', role: 'status' }, el('span', {}, words), el('b', { class: 'code' }, secret),
    el('button', { class: 'btn', type: 'button', on: { click: () => navigator.clipboard?.writeText(secret) } }, icon('file'), t('admin.copy')));
}

/** A moment in the page's language. @param {number | null} epoch seconds */
export function moment(epoch) {
  return epoch ? new Date(epoch * 1000).toLocaleString(lang === 'zh' ? 'zh-CN' : 'en-GB', { dateStyle: 'medium', timeStyle: 'short' }) : '–';
}

/** The place of the open part. */
export function place() {
  return byId('part');
}
