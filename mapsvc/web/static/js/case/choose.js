// Change who, or whistle: a list of all who could go, with the lead. What is ticked is what is called.
import { el, fill } from '../el.js';
import { t } from '../i18n.js';
import { dispatch } from './act.js';
import { verb } from './dispatch.js';
import { recommended, tags } from './recommended.js';
import { open, turnMode } from './state.js';
import { metres, targetName } from './words.js';
import { leaveOnEscape } from './stepform.js';

const FIRST_SHOWN = 12;

/** @param {boolean} whistle call several to the place, departments first */
export function chooseForm(whistle) {
  const advice = open.advice;
  const all = everybody(advice, whistle);
  const start = new Set(whistle ? [advice?.lead] : recommended(advice).map((it) => it.target));
  let lead = advice?.lead ?? all[0]?.target ?? '';
  const reason = /** @type {HTMLInputElement} */ (el('input', { class: 'field grow', type: 'text', name: 'reason', maxlength: 500, autocomplete: 'off' }));
  const button = /** @type {HTMLButtonElement} */ (el('button', { class: 'btn pri wide', type: 'submit', data: { id: 'choose-send' } }));
  const list = el('ul', { class: 'case-choices' }, all.map((it, i) => choice(it, start.has(it.target), it.target === lead, i >= FIRST_SHOWN && !start.has(it.target))));
  const ticked = () => [...list.querySelectorAll('input[type=checkbox]:checked')].map((it) => /** @type {HTMLInputElement} */ (it).value);
  const say = () => {
    const targets = ticked();
    if (!targets.includes(lead)) { lead = targets[0] ?? ''; for (const it of list.querySelectorAll('input[type=radio]')) /** @type {HTMLInputElement} */ (it).checked = /** @type {HTMLInputElement} */ (it).value === lead; }
    for (const it of list.querySelectorAll('input[type=radio]')) /** @type {HTMLInputElement} */ (it).disabled = !targets.includes(/** @type {HTMLInputElement} */ (it).value);
    const few = whistle ? targets.length < 2 : targets.length < 1;
    button.disabled = few;
    fill(button, few ? t(whistle ? 'case.choose.two' : 'case.choose.one') : whistle ? t('case.whistle.send', { n: targets.length }) : verb(targets.length));
  };
  list.addEventListener('change', (event) => {
    const it = /** @type {HTMLInputElement} */ (event.target);
    if (it.type === 'radio') lead = it.value;
    say();
  });
  const more = all.length > FIRST_SHOWN ? el('button', { class: 'link small', type: 'button', on: { click: (/** @type {Event} */ event) => { for (const it of list.children) /** @type {HTMLElement} */ (it).hidden = false; /** @type {HTMLElement} */ (event.target).remove(); } } }, t('case.choose.more', { n: all.length })) : null;
  const form = el('form', { class: 'case-form col', on: { submit: (/** @type {Event} */ event) => { event.preventDefault(); dispatch(ticked(), lead, { whistle, reason: reason.value.trim() }); } } },
    el('h3', {}, t(whistle ? 'case.whistle.title' : 'case.choose.title')), whistle ? el('p', { class: 'small' }, t('case.whistle.words')) : null,
    all.length ? list : el('p', { class: 'note warn' }, t('case.nobody_fits')), more,
    el('label', { class: 'col tight' }, el('span', { class: 'small' }, t('case.choose.reason')), reason), button,
    el('p', {}, el('button', { class: 'btn', type: 'button', on: { click: () => turnMode(open.mode) } }, t('case.cancel'))));
  say();
  leaveOnEscape(form);
  requestAnimationFrame(() => { /** @type {HTMLElement | null} */ (form.querySelector('input'))?.focus(); form.scrollIntoView({ block: 'nearest' }); });
  return form;
}

/** All who could go, best first, then every other department; for a whistle the departments first, since it is they who must arrive. @param {any} advice @param {boolean} whistle */
function everybody(advice, whistle) {
  const found = advice?.candidates ?? [];
  const isBody = (/** @type {any} */ it) => it.target.startsWith('department:');
  const known = new Set(found.map((/** @type {any} */ it) => it.target));
  const others = (advice?.departments ?? []).filter((/** @type {any} */ it) => !known.has(it.target));
  if (!whistle) return [...found, ...others];
  return [...found.filter(isBody), ...others, ...found.filter((/** @type {any} */ it) => !isBody(it))];
}

/** @param {any} it @param {boolean} on @param {boolean} isLead @param {boolean} hidden */
function choice(it, on, isLead, hidden) {
  return el('li', { class: 'case-choice', hidden },
    el('label', { class: 'check' }, el('input', { type: 'checkbox', name: 'target', value: it.target, checked: on }), el('span', { class: 'grow' }, targetName(it)), Number.isFinite(it.distance_m) && it.distance_m !== null ? el('span', { class: 'muted small nowrap' }, metres(it.distance_m)) : null),
    el('label', { class: 'check small' }, el('input', { type: 'radio', name: 'lead', value: it.target, checked: isLead }), t('case.choose.lead')),
    tags(it));
}
