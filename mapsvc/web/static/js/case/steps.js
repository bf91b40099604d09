// The steps that lead on from here: the usual one large, the others beside it.
import { el } from '../el.js';
import { t } from '../i18n.js';
import { takeStep } from './act.js';
import { dispatchBar } from './dispatch.js';
import { may } from '../account/me.js';
import { actsHere, isWorker } from './me.js';
import { facts, isDispatchable, open, stepOf, turnMode } from './state.js';
import { needsForm, stepForm } from './stepform.js';
import { stepTitle } from './words.js';
import { chooseForm } from './choose.js';
import { cards } from './recommended.js';

/** What a post mostly does next, in this order. */
const USUAL = ['take', 'resolve', 'verify_ok', 'close', 'resume'];
/** Steps with a place of their own on the card. */
const ELSEWHERE = new Set(['dispatch', 'merge', 'arrive']);

/** Does this post send somebody next? */
function sends() {
  return isDispatchable() && may('dispatch');
}

/** Who should go, and why. */
export function advicePart() {
  return sends() ? el('section', { class: 'pad part col case-next' }, el('h2', {}, t('case.recommended')), cards(open.advice)) : null;
}

/** The one button with what stands beside it: always in view, however long the text above. */
export function mainBar() {
  if (isDispatchable()) return el('div', { class: 'pad col case-bar' }, dispatchBar());
  const main = stepOf(...USUAL);
  return main ? el('div', { class: 'pad col case-bar' }, el('button', { class: 'btn pri big wide', type: 'button', data: { id: `main-${main.name}`, main: '' }, disabled: open.busy !== '', on: { click: () => press(main) } }, stepTitle(main), ' ', el('kbd', {}, 'Enter'))) : null;
}

/** The steps beside the usual one. @param {any} kase */
export function otherSteps(kase) {
  const shown = sends() ? stepOf('return', 'reject')?.name : stepOf(...USUAL)?.name;
  const others = (kase.steps ?? []).filter((/** @type {any} */ it) => !ELSEWHERE.has(it.name) && it.name !== shown);
  if (!kase.steps?.length && isWorker() && !actsHere(kase) && facts().light !== 'closed') return el('p', { class: 'pad small muted' }, t('case.not_here'));
  return others.length ? el('div', { class: 'pad row wrap case-steps' }, others.map(button)) : null;
}

/** @param {any} step */
function button(step) {
  const on = open.mode === `step:${step.name}`;
  const isNo = step.name === 'return' || step.name === 'reject';
  return el('button', { class: `btn${on ? ' on' : ''}`, type: 'button', data: { id: `step-${step.name}`, ...(isNo ? { key: 'r' } : {}) }, disabled: open.busy !== '', aria: { expanded: on }, on: { click: () => press(step) } }, stepTitle(step), isNo ? [' ', el('kbd', {}, 'R')] : null);
}

/** @param {any} step */
function press(step) {
  if (needsForm(step)) turnMode(`step:${step.name}`);
  else takeStep(step.name, {}, t('case.step_done', { step: stepTitle(step) }));
}

/** The form that is open, if any. */
export function openForm() {
  const { mode } = open;
  if (mode === 'who' || mode === 'whistle') return open.advice ? el('div', { class: 'pad' }, chooseForm(mode === 'whistle')) : null;
  if (!mode.startsWith('step:')) return null;
  const step = stepOf(mode.slice(5));
  return step ? el('div', { class: 'pad' }, stepForm(step)) : null;
}
