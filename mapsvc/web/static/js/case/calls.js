// Who was called: taken, arrived, done, each with its time. A whistle says who is still missing.
import { may, me } from '../account/me.js';
import { el } from '../el.js';
import { t } from '../i18n.js';
import { act } from './act.js';
import { when } from './events.js';
import { open } from './state.js';
import { duration } from '../format.js';
import { serverNow } from './clock.js';
import { targetName } from './words.js';

/** @param {any} kase */
export function calls(kase) {
  const all = kase.calls ?? [];
  if (!all.length) return null;
  const whistle = all.filter((/** @type {any} */ it) => it.whistle && !it.dropped_at);
  return el('section', { class: 'pad part' }, el('h2', {}, t(whistle.length ? 'case.calls.whistle' : 'case.calls')),
    whistle.length ? el('p', {}, arrivedWords(whistle)) : null,
    el('ul', { class: 'case-calls' }, all.map((/** @type {any} */ it) => line(it))));
}

/** "2 of 3 have arrived." @param {any[]} whistle */
function arrivedWords(whistle) {
  return t('case.calls.arrived', { n: whistle.filter((it) => it.arrived_at).length, of: whistle.length });
}

/** @param {any} call */
function line(call) {
  const times = ['called', 'taken', 'arrived', 'done', 'dropped'].filter((it) => call[`${it}_at`]).map((it) => t(`case.call.${it}`, { when: when(call[`${it}_at`]) }));
  const waiting = !call.taken_at && !call.dropped_at && !call.done_at;
  const isOpen = !call.arrived_at && !call.dropped_at && !call.done_at;
  const canArrive = isOpen && mayTell(call.target) && open.case.steps?.some((/** @type {any} */ it) => it.name === 'arrive');
  return el('li', { class: `case-call${call.dropped_at ? ' dropped' : ''}` },
    el('div', { class: 'row between' }, el('b', {}, targetName(call), call.lead ? el('span', { class: 'tag' }, t('case.choose.lead')) : null),
      canArrive ? el('button', { class: 'btn', type: 'button', data: { id: `arrive-${call.target}` }, disabled: open.busy !== '', on: { click: () => act('steps', { step: 'arrive', target: call.target }, { done: () => t('case.arrive_done', { name: targetName(call) }) }) } }, t('case.arrive')) : null),
    el('p', { class: 'small muted' }, times.join(' · '), waiting ? ` · ${t('case.call.waiting', { time: duration((serverNow() - Date.parse(call.called_at)) / 1000) })}` : ''));
}

/** A post speaks for itself; of others the dispatcher says when they arrived. @param {string} target */
function mayTell(target) {
  const { account } = me;
  return may('dispatch') || target === `post:${account?.post}` || target === `department:${account?.department}`;
}
