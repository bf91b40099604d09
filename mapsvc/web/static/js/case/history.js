// What happened, in order: each line with its time, its post and its reason.
import { el } from '../el.js';
import { icon } from '../icons.js';
import { t } from '../i18n.js';
import { byWords, reasonOf, whatWords, when } from './events.js';
import { isDispatchable } from './state.js';

/** @param {any} kase */
export function history(kase) {
  const all = kase.history ?? [];
  return el('section', { class: 'pad part' }, el('h2', {}, t('case.history')),
    el('ol', { class: 'case-history' }, all.map((/** @type {any} */ it) => line(it)), isDispatchable() ? el('li', {}, el('span', {}), el('span', {}, t('case.history.dispatch')), el('span', { class: 'small muted' }, t('case.history.waiting'))) : null));
}

/** @param {any} event */
function line(event) {
  const why = [reasonOf(event), event.note].filter(Boolean).join('; ');
  return el('li', {}, icon('check'), el('span', {}, whatWords(event), event.post ? el('span', { class: 'muted small' }, ` · ${byWords(event)}`) : null, why ? el('span', { class: 'small case-reason' }, why) : null),
    el('time', { class: 'small muted', datetime: event.at }, when(event.at)));
}
