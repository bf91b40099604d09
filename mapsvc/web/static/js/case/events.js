// One line of an incident's history in words.
import { app } from '../app.js';
import { clock, day } from '../format.js';
import { has, lang, t } from '../i18n.js';
import { gridWords } from './words.js';

/** "14:31" today, "23 Nov, 14:31" before. @param {string} iso */
export function when(iso) {
  const tz = app.desk.community.tz;
  const today = app.desk.now;
  const short = clock(iso, tz, true);
  return day(iso, tz) === day(today, tz) ? short : `${day(iso, tz, Number(today.slice(0, 4)))} ${clock(iso, tz)}`;
}

/** What happened, without when. @param {any} event */
export function whatWords(event) {
  const kind = String(event.kind).replace(/^incidents?\./, '');
  const known = has(`case.event.${kind}`) ? t(`case.event.${kind}`) : kind;
  const [from, to] = event.grids ?? [];
  const moved = from !== undefined && to !== undefined && from !== to ? t('case.event.grids', { from: from ? gridWords(from) : t('certainty.unlocated'), to: to ? gridWords(to) : t('certainty.outside') }) : '';
  return [known, moved].filter(Boolean).join(' ');
}

/** The reason in the reader's language where it was one of a list, else as it was written. @param {any} event */
export function reasonOf(event) {
  return event.reason ? (lang === 'zh' ? event.reason_text_zh || event.reason_text : event.reason_text || event.reason_text_zh) || event.reason : '';
}

/** Who did it: a post, or the channel it came by. @param {any} event */
export function byWords(event) {
  return String(event.post ?? '').replace(/^channel:/, '');
}

/** "14:31:40 dispatched, by desk-2: reason". @param {any} event */
export function eventWords(event) {
  const by = event.post ? t('case.event.by', { post: byWords(event) }) : '';
  const why = [reasonOf(event), event.note].filter(Boolean).join('; ');
  return [`${when(event.at)} ${whatWords(event)}`, by, why].filter(Boolean).join(t('list_comma'));
}
