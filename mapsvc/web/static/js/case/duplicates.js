// May be the same as: the likely one first, side by side when asked, merged with one click and un-merged with another.
import { get } from '../api.js';
import { app, setView } from '../app.js';
import { el, fill } from '../el.js';
import { dateTime, duration } from '../format.js';
import { has, nameOf, t } from '../i18n.js';
import { typeOf } from '../rows.js';
import { act } from './act.js';
import { may } from '../account/me.js';
import { open, turnMode } from './state.js';
import { gridWords, metres } from './words.js';

const SHOWN = 3;

/** @param {any} kase */
export function duplicates(kase) {
  const merged = kase.merged ?? [];
  if (!kase.duplicates?.length && !merged.length && !kase.merged_into) return null;
  return el('section', { class: 'pad part col' },
    kase.merged_into ? mergedInto(kase) : null,
    merged.length ? el('p', { class: 'note' }, t('case.merged', { n: merged.length }), ' ', merged.map((/** @type {string} */ id) => [opens(id), ' '])) : null,
    kase.merged_into ? null : kase.duplicates.slice(0, SHOWN).map((/** @type {any} */ it) => note(it, kase)));
}

/** @param {string} id */
function opens(id) {
  return el('button', { class: 'link', type: 'button', data: { id: `open-${id}` }, on: { click: () => setView({ sel: `inc:${id}` }) } }, id);
}

/** @param {any} kase */
function mergedInto(kase) {
  return el('div', { class: 'note' }, t('case.merged_into'), ' ', opens(kase.merged_into),
    may('dispatch') ? el('p', { class: 'row wrap' }, el('button', { class: 'btn', type: 'button', data: { id: 'unmerge' }, disabled: open.busy !== '', on: { click: () => act('unmerge', {}, { done: () => t('case.unmerged') }) } }, t('case.unmerge'))) : null);
}

/** @param {any} it @param {any} kase */
function note(it, kase) {
  const mode = `compare:${it.id}`;
  const type = it.type && it.type !== kase.feature.properties.type ? '' : t('case.same.type');
  const facts = [it.distance_m === null || it.distance_m === undefined ? '' : t('case.same.away', { m: metres(it.distance_m) }), type, minutesWords(it.minutes)].filter(Boolean).join(t('list_comma'));
  return el('div', { class: 'note warn' }, el('b', {}, t('case.same', { title: it.title || it.id })), ' ', facts, t('stop'), ' ',
    el('button', { class: 'link', type: 'button', data: { id: `compare-${it.id}` }, aria: { expanded: open.mode === mode }, on: { click: () => turnMode(mode) } }, t('case.compare')),
    open.mode === mode ? compare(it, kase) : null);
}

/** Negative: the other one came first. @param {number | undefined} minutes */
function minutesWords(minutes) {
  if (minutes === undefined || minutes === null) return '';
  if (Math.abs(minutes) < 1) return t('case.same.at_once');
  return t(minutes < 0 ? 'case.same.earlier' : 'case.same.later', { time: duration(Math.abs(minutes) * 60) });
}

/** Both, line by line. @param {any} it @param {any} kase */
function compare(it, kase) {
  const place = el('div', { class: 'col' }, el('span', { class: 'bone' }));
  get(`/api/incidents/${encodeURIComponent(it.id)}`).then((other) => fill(place, table(kase.feature.properties, other.properties), actions(it))).catch((problem) => fill(place, el('p', {}, problem.message)));
  return place;
}

/** @param {any} mine @param {any} other */
function table(mine, other) {
  const tz = app.desk.community.tz;
  const row = (/** @type {string} */ word, /** @type {(it: any) => any} */ of) => of(mine) || of(other) ? el('tr', { class: String(of(mine)) === String(of(other)) ? '' : 'differs' }, el('th', { scope: 'row' }, word), el('td', { class: 'l' }, of(mine)), el('td', { class: 'l' }, of(other))) : null;
  return el('table', { class: 'case-compare' }, el('thead', {}, el('tr', {}, el('th', {}), el('th', { class: 'l' }, t('case.compare.this')), el('th', { class: 'l' }, t('case.compare.other')))), el('tbody', {},
    row(t('case.compare.title'), (one) => one.title || t('incident.untitled')), row(t('incident.type'), (one) => nameOf(typeOf(one.type) ?? { name: one.type })), row(t('incident.status'), (one) => (has(`status.${one.status}`) ? t(`status.${one.status}`) : one.status)),
    row(t('incident.grid'), (one) => gridWords(one.grid)), row(t('incident.address'), (one) => one.address ?? ''), row(t('incident.occurred'), (one) => dateTime(one.occurred_at, tz)), row(t('incident.text'), (one) => one.text ?? '')));
}

/** A report that nobody accepted yet is accepted on the way. */
function canMerge() {
  return may('dispatch') && ['reported', 'accepted'].includes(open.case?.feature.properties.status);
}

/** @param {any} it */
function actions(it) {
  return el('p', { class: 'row wrap' },
    canMerge() ? el('button', { class: 'btn pri', type: 'button', data: { id: 'merge' }, disabled: open.busy !== '', on: { click: () => act('merge', { into: it.id }, { done: () => t('case.merge_done', { title: it.title || it.id }) }) } }, t('case.merge')) : null,
    may('dispatch') && !canMerge() ? el('span', { class: 'small muted' }, t('case.merge_filed')) : null,
    el('button', { class: 'btn', type: 'button', data: { id: 'open-other' }, on: { click: () => setView({ sel: `inc:${it.id}` }) } }, t('case.compare.open')));
}
