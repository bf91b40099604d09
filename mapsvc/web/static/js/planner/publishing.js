// Publishing asks for the password again: an edition is not undone by a click.
import { doorWords } from '../account/session.js';
import { el, fill } from '../el.js';
import { t } from '../i18n.js';

/**
 * A form under the reviewer's buttons. @param {HTMLElement} place
 * @param {(password: string) => Promise<any>} publish answers what refused the password, null where it was right
 * @param {() => void} cancelled
 */
export function askPassword(place, publish, cancelled) {
  place.querySelector('.reason-form')?.remove();
  const field = /** @type {HTMLInputElement} */ (el('input', { class: 'field grow', type: 'password', name: 'password', id: 'publish-password', autocomplete: 'current-password', maxlength: 200, required: true }));
  const said = el('div', { role: 'alert' });
  const button = /** @type {HTMLButtonElement} */ (el('button', { class: 'btn pri', type: 'submit', id: 'publish-now' }, t('planner.reviewing.publish_now')));
  const leave = () => { form.remove(); cancelled(); };
  const form = el('form', { class: 'reason-form col', on: {
    submit: async (/** @type {Event} */ event) => {
      event.preventDefault();
      button.disabled = true;
      button.textContent = t('planner.reviewing.publishing');
      const refused = await publish(field.value);
      if (!refused) return;
      fill(said, el('p', { class: 'note refusal' }, doorWords(refused)));
      button.disabled = false;
      button.textContent = t('planner.reviewing.publish_now');
      field.select();
    },
    keydown: (/** @type {KeyboardEvent} */ event) => { if (event.key === 'Escape') { event.stopPropagation(); leave(); } },
  } }, el('label', { class: 'col tight' }, el('span', { class: 'small' }, t('planner.reviewing.password')), field), said,
  el('p', { class: 'row wrap' }, button, el('button', { class: 'btn', type: 'button', on: { click: leave } }, t('planner.cancel'))));
  (place.querySelector('#review-actions') ?? place).after(form);
  field.focus();
}
