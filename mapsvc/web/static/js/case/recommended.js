// Who should go and why: cards of the recommended posts, and the limit that begins with the dispatch.
import { app } from '../app.js';
import { el } from '../el.js';
import { dateTime } from '../format.js';
import { t } from '../i18n.js';
import { troubleCard } from '../notice.js';
import { may } from '../account/me.js';
import { advise } from './act.js';
import { open } from './state.js';
import { metres, reasonWords, sentences, span, targetName } from './words.js';

/**
 * Those the server would call by itself, the lead first.
 * @param {any} advice @returns {any[]}
 */
export function recommended(advice) {
  return (advice?.candidates ?? []).filter((/** @type {any} */ it) => it.recommended).sort((/** @type {any} */ a, /** @type {any} */ b) => Number(b.target === advice.lead) - Number(a.target === advice.lead));
}

/** No post and no department is stored at all, as after a first import of boundaries. @param {any} advice */
export function isNobodyKept(advice) {
  return Boolean(advice) && !advice.candidates.length && !advice.departments?.length;
}

/** @param {any} advice */
export function cards(advice) {
  if (open.adviceTrouble) return troubleCard(open.adviceTrouble, t('case.advice_trouble'), advise);
  if (!advice) return el('div', { class: 'col', aria: { busy: 'true' } }, el('span', { class: 'bone' }), el('span', { class: 'bone' }));
  const chosen = recommended(advice);
  if (isNobodyKept(advice)) return [el('p', { class: 'note warn' }, el('b', {}, t('case.nobody_kept')), ' ', t('case.nobody_kept_words')), el('p', { class: 'small' }, limitWords(advice.limit))];
  if (!chosen.length) return [el('p', { class: 'note warn' }, el('b', {}, t('case.nobody_fits')), ' ', t('case.nobody_fits_words')), el('p', { class: 'small' }, limitWords(advice.limit))];
  return [el('ol', { class: 'case-cards' }, chosen.map((it, i) => card(it, i + 1, advice.lead))), el('p', { class: 'small' }, limitWords(advice.limit))];
}

/** @param {any} it @param {number} n @param {string} lead */
export function card(it, n, lead) {
  const isLead = it.target === lead;
  return el('li', { class: `case-card${isLead ? ' lead' : ''}` },
    el('div', { class: 'row between' }, el('b', {}, t(isLead ? 'case.lead' : 'case.helper', { n, name: targetName(it) })), Number.isFinite(it.distance_m) && it.distance_m !== null ? el('b', { class: 'num nowrap' }, metres(it.distance_m)) : null),
    tags(it));
}

/** @param {any} it a candidate */
export function tags(it) {
  return it.reasons?.length ? el('div', { class: 'row wrap case-tags' }, it.reasons.map((/** @type {any} */ reason) => el('span', { class: 'tag' }, reasonWords(reason)))) : null;
}

/** "Limit: taken in 2 h, closed in 24 h. The clock starts at dispatch." @param {any} limit */
function limitWords(limit) {
  if (!limit?.resolve_s) return sentences(t('case.limit.none'), t(may('administer') ? 'case.limit.set_it' : 'case.limit.ask'));
  const due = limit.due_at ? t('case.limit.due', { when: dateTime(limit.due_at, app.desk.community.tz) }) : '';
  const working = limit.working ? t('case.limit.working') : '';
  const main = limit.sign_s ? t('case.limit.both', { sign: span(limit.sign_s), resolve: span(limit.resolve_s) }) : t('case.limit.resolve', { resolve: span(limit.resolve_s) });
  return sentences(main, working, t('case.limit.starts'), due);
}
