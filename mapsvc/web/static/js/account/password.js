// Another password: the form of the top bar and of the first sign-in.
import { byId, el, fill } from '../el.js';
import { t } from '../i18n.js';
import { toast } from '../notice.js';
import { changePassword, doorWords } from './session.js';

const SHORTEST = 10;

/**
 * Ask for both passwords and change it. @param {HTMLFormElement} form with fields old, new, again
 * @param {HTMLElement} said where a refusal is told @param {() => void} done
 */
export function watchForm(form, said, done) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const { old, fresh, again } = values(form);
    if (fresh !== again) { tell(said, t('account.differ')); return; }
    if (fresh.length < SHORTEST) { tell(said, t('account.rules')); return; }
    form.classList.add('busy');
    try {
      await changePassword(old, fresh);
      done();
    } catch (problem) {
      tell(said, doorWords(problem));
    }
    form.classList.remove('busy');
  });
}

/** @param {HTMLFormElement} form */
function values(form) {
  const value = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name)).value;
  return { old: value('old'), fresh: value('new'), again: value('again') };
}

/** @param {HTMLElement} place @param {string} words */
export function tell(place, words) {
  fill(place, el('p', { class: 'note refusal' }, words));
}

/** The form in a dialog over the desk. */
export function openPasswordDialog() {
  const said = el('div', { role: 'alert' });
  const field = (/** @type {string} */ name, /** @type {string} */ words, /** @type {string} */ how) => el('label', { class: 'col tight' },
    el('span', { class: 'small' }, words), el('input', { class: 'field', type: 'password', name, autocomplete: how, maxlength: 200, required: true }));
  const dialog = /** @type {HTMLDialogElement} */ (el('dialog', { class: 'help', id: 'password-dialog' }));
  const form = /** @type {HTMLFormElement} */ (el('form', { class: 'col' }, el('h2', {}, t('account.change')),
    field('old', t('account.old'), 'current-password'), field('new', t('account.new'), 'new-password'), field('again', t('account.again'), 'new-password'),
    el('p', { class: 'small muted' }, t('account.rules')), said,
    el('p', { class: 'row wrap' }, el('button', { class: 'btn pri', type: 'submit' }, t('account.change_now')),
      el('button', { class: 'btn', type: 'button', on: { click: () => dialog.close() } }, t('close')))));
  watchForm(form, said, () => { dialog.close(); toast(t('account.changed')); });
  dialog.append(form);
  dialog.addEventListener('close', () => dialog.remove());
  byId('desk').append(dialog);
  dialog.showModal();
}
