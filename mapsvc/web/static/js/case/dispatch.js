// The one button: ready, sending, done with undo, failed with another try. And what leads to other ways beside it.
import { el, fill } from '../el.js';
import { icon } from '../icons.js';
import { t } from '../i18n.js';
import { act, dispatch } from './act.js';
import { serverNow } from './clock.js';
import { whatWords, when } from './events.js';
import { may } from '../account/me.js';
import { whoWords } from './me.js';
import { isNobodyKept, recommended } from './recommended.js';
import { open, stepOf, turnMode } from './state.js';
import { stepTitle, targetName } from './words.js';

/** "Dispatch both now" @param {number} n */
export function verb(n) {
  return n === 2 ? t('case.dispatch.both') : n > 2 ? t('case.dispatch.all', { n }) : t('case.dispatch.one');
}

/** The button and what stands beside it. */
export function dispatchBar() {
  if (!may('dispatch')) return el('p', { class: 'note' }, t('case.dispatch.not_yours'), ' ', whoWords());
  if (isNobodyKept(open.advice)) return otherWays();
  const chosen = recommended(open.advice);
  const busy = open.busy === 'dispatch';
  const none = open.advice && chosen.length === 0;
  const words = busy ? t('case.dispatch.sending') : none ? t('case.dispatch.choose') : verb(chosen.length);
  const send = () => (none ? turnMode('who') : dispatch(chosen.map((it) => it.target), open.advice.lead));
  return [
    chosen.length ? el('p', { class: 'small case-whom' }, chosen.map(targetName).join(t('case.and'))) : null,
    el('button', { class: 'btn pri big wide', type: 'button', data: { id: 'case-main', main: '' }, disabled: busy || !open.advice, aria: { busy: String(busy) }, on: { click: send } }, icon('send'), el('span', {}, words), el('kbd', {}, 'Enter')),
    otherWays(),
    open.advice ? el('p', { class: 'small muted case-undoable' }, t('case.dispatch.undoable', { s: open.advice.undo_s })) : null,
  ];
}

/** Change who, Whistle, Not ours. */
function otherWays() {
  const no = stepOf('return', 'reject');
  const way = (/** @type {string} */ mode, /** @type {string} */ word, /** @type {string} */ key) => el('button', { class: `btn grow${open.mode === mode ? ' on' : ''}`, type: 'button', data: { id: `case-${key}`, key }, aria: { expanded: open.mode === mode }, on: { click: () => turnMode(mode) } }, word, ' ', el('kbd', {}, key.toUpperCase()));
  return el('div', { class: 'row wrap case-ways' }, isNobodyKept(open.advice) ? null : [way('who', t('case.change_who'), 'c'), way('whistle', t('case.whistle'), 'b')], no ? way(`step:${no.name}`, no.name === 'reject' ? t('case.not_ours') : stepTitle(no), 'r') : null);
}

/** What was just done, while it can be undone. @returns {HTMLElement | null} */
export function undoNote() {
  const { undo } = open.case ?? {};
  if (!undo || Date.parse(undo.until) <= serverNow()) return null;
  return el('div', { class: 'note ok row between case-undo', role: 'status' }, el('span', {}, undoable(undo.seq)),
    el('button', { class: 'btn', type: 'button', data: { id: 'case-undo', key: 'u', until: undo.until }, disabled: open.busy === 'undo', on: { click: () => act('undo', {}, { done: () => t('case.undone') }) } }, icon('undo'), el('span', { data: { left: '' } }, undoWords(undo.until)), ' ', el('kbd', {}, 'U')));
}

/** "Dispatched 14:32:41 to grid 05 duty post and property." @param {number} seq of the event that can be undone */
function undoable(seq) {
  const { history = [], calls = [] } = open.case;
  const event = history.find((/** @type {any} */ it) => it.seq === seq);
  if (!event) return t('case.done_last');
  if (event.kind !== 'incident.dispatched') return el('b', {}, `${whatWords(event)} ${when(event.at)}`);
  const names = calls.filter((/** @type {any} */ it) => !it.dropped_at).map(targetName).join(t('case.and'));
  return [el('b', {}, t('case.dispatched', { when: when(event.at) })), ' ', t('case.dispatched_to', { names })];
}

/** @param {string} until */
function undoWords(until) {
  return t('case.undo', { s: Math.max(0, Math.floor((Date.parse(until) - serverNow()) / 1000)) });
}

/** Count down in place; true when the time is over and the note must go. */
export function tick() {
  const button = /** @type {HTMLElement | null} */ (document.querySelector('#panel [data-id="case-undo"]'));
  if (!button) return false;
  const until = button.dataset.until ?? '';
  fill(/** @type {HTMLElement} */ (button.querySelector('[data-left]')), undoWords(until));
  return Date.parse(until) <= serverNow();
}
