// The plain facts at the end of a card.
import { app, setView } from '../app.js';
import { el } from '../el.js';
import { dateTime } from '../format.js';
import { nameOf, t } from '../i18n.js';
import { gridWords, span } from './words.js';

/** @param {any} kase */
export function factList(kase) {
  const it = kase.feature.properties;
  const tz = app.desk.community.tz;
  const row = (/** @type {string} */ term, /** @type {any} */ value) => (value ? [el('dt', {}, term), el('dd', {}, value)] : []);
  const limit = kase.limit?.resolve_s ? (kase.limit.working ? t('case.fact.limit_working', { time: span(kase.limit.resolve_s) }) : span(kase.limit.resolve_s)) : '';
  return el('section', { class: 'pad part' }, el('dl', { class: 'kv' },
    ...row(t('incident.grid'), it.grid ? el('button', { class: 'link', type: 'button', data: { id: 'fact-grid' }, on: { click: () => setView({ sel: `grid:${it.grid}` }) } }, gridWords(it.grid)) : t(`certainty.${it.certainty}`)),
    ...row(t('incident.status'), t(`status.${it.status}`)), ...row(t('incident.occurred'), dateTime(it.occurred_at, tz)), ...row(t('case.fact.dispatched'), kase.dispatched_at ? dateTime(kase.dispatched_at, tz) : ''),
    ...row(t('case.fact.limit_name'), limit), ...row(t('incident.due'), it.due_at ? dateTime(it.due_at, tz) : ''), ...row(t('incident.closed'), it.closed_at ? dateTime(it.closed_at, tz) : ''),
    ...row(t('incident.departments'), (it.departments ?? []).map((/** @type {any} */ one) => (typeof one === 'string' ? one : nameOf(one))).join(t('list_comma'))), ...row(t('incident.number'), el('span', { class: 'code' }, it.id))));
}
