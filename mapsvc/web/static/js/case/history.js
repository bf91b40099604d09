// What happened, in order: each line with its time, its post and its reason.
import { el } from '../el.js';
import { icon } from '../icons.js';
import { t } from '../i18n.js';
import { whatWords, when } from './events.js';
import { isDispatchable, stepOf } from './state.js';
import { reasonTitle } from './words.js';

/** @param {any} kase */
export function history(kase) {
  const all = kase.history ?? [];
  return el('section', { class: 'pad part' }, el('h2', {}, t('case.history')),
    el('ol', { class: 'case-history' }, all.map((/** @type {any} */ it) => line(it, kase)), isDispatchable() ? el('li', {}, el('span', {}), el('span', {}, t('case.history.dispatch')), el('span', { class: 'small muted' }, t('case.history.waiting'))) : null));
}

/** @param {any} event @param {any} kase */
function line(event, kase) {
  const why = [reasonOf(event, kase), event.note].filter(Boolean).join('; ');
  return el('li', {}, icon('check'), el('span', {}, whatWords(event), event.post ? el('span', { class: 'muted small' }, ` · ${event.post}`) : null, why ? el('span', { class: 'small case-reason' }, why) : null),
    el('time', { class: 'small muted', datetime: event.at }, when(event.at)));
}

/** The reason in words, where the step that lists it is still offered; else as it is kept. @param {any} event @param {any} kase */
function reasonOf(event, kase) {
  if (!event.reason) return '';
  const listed = (kase.steps ?? []).flatMap((/** @type {any} */ it) => it.reasons ?? []).find((/** @type {any} */ it) => it.code === event.reason);
  return event.reason_text ?? (listed ? reasonTitle(listed) : stepOf(event.reason) ? event.reason : event.reason);
}
