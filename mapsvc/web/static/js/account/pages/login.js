// The sign-in page: the form, the demo's buttons, the first password of one's own, and the plan beside them.
import { byId, el, fill } from '../../el.js';
import { t } from '../../i18n.js';
import { watchForm } from '../password.js';
import { doorWords, signIn } from '../session.js';
import { drawSketch } from './sketch.js';

const signing = /** @type {HTMLFormElement | null} */ (document.getElementById('sign-in'));
const changing = /** @type {HTMLFormElement | null} */ (document.getElementById('change'));

if (signing) startSignIn(signing);
if (changing) watchForm(changing, byId('said'), () => location.assign(changing.dataset.next ?? '/'));
drawSketch(byId('sketch'), { fill: true });

/** @param {HTMLFormElement} form */
function startSignIn(form) {
  const field = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    enter(form, field('account').value, field('password').value);
  });
  for (const button of document.querySelectorAll('[data-demo]')) {
    const { demo = '', password = '' } = /** @type {HTMLElement} */ (button).dataset;
    button.addEventListener('click', () => enter(form, demo, password));
  }
}

/** @param {HTMLFormElement} form @param {string} account @param {string} password */
async function enter(form, account, password) {
  if (document.body.classList.contains('busy')) return;
  document.body.classList.add('busy');
  try {
    const { account: found } = await signIn(account, password);
    if (found.must_change) location.reload();
    else location.assign(form.dataset.next ?? '/');
    return;
  } catch (problem) {
    refuse(/** @type {any} */ (problem));
    const field = /** @type {HTMLInputElement} */ (form.elements.namedItem('password'));
    field.value = '';
    field.focus();
  }
  document.body.classList.remove('busy');
}

/** @param {any} problem */
function refuse(problem) {
  const wrong = problem.status === 401;
  fill(byId('said'), el('p', { class: 'note refusal' }, wrong ? [el('b', {}, t('login.wrong')), ' '] : null, doorWords(problem), wrong ? [' ', t('login.handover')] : null));
}
