// A small form for a reason: a field, a button that names what it does, and a way out. The button says what is missing.
import { el } from '../el.js';
import { t } from '../i18n.js';

const LONGEST = 500;

/**
 * @param {string} label @param {string} verb what the button does @param {(reason: string) => any} done @param {() => void} [cancelled]
 * @param {{value?: string}} [how]
 */
export function askReason(label, verb, done, cancelled, { value = '' } = {}) {
  const field = /** @type {HTMLInputElement} */ (el('input', { class: 'field grow', type: 'text', maxlength: LONGEST, value, autocomplete: 'off' }));
  const button = /** @type {HTMLButtonElement} */ (el('button', { class: 'btn pri', type: 'submit' }, ''));
  const say = () => { button.disabled = !field.value.trim(); button.textContent = button.disabled ? t('planner.reason.missing') : verb; };
  field.addEventListener('input', say);
  const form = el('form', { class: 'reason-form col', on: {
    submit: async (/** @type {Event} */ event) => {
      event.preventDefault();
      if (!field.value.trim()) return;
      button.disabled = true;
      await done(field.value.trim());
      say();
    },
    keydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      leave();
    },
  } }, el('label', { class: 'col tight' }, el('span', { class: 'small' }, label), field),
  el('p', { class: 'row wrap' }, button, cancelled ? el('button', { class: 'btn', type: 'button', on: { click: () => leave() } }, t('planner.cancel')) : null));
  const leave = () => { form.remove(); cancelled?.(); };
  say();
  requestAnimationFrame(() => field.focus({ preventScroll: false }));
  return form;
}
