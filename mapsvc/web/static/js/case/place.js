// A matter without a place: what the address could mean, as choices on the map; or a click on the map. A choice can be taught.
import { get, latest, send } from '../api.js';
import { app } from '../app.js';
import { el, fill } from '../el.js';
import { number } from '../format.js';
import { has, t } from '../i18n.js';
import { toast } from '../notice.js';
import { act } from './act.js';
import { moved, show } from './pin.js';
import { setPin, startPicking } from './picker.js';
import { facts, open, turnMode } from './state.js';
import { leaveOnEscape } from './stepform.js';
import { gridWords } from './words.js';

/** How near a click on the map is to what was meant, m. */
const CLICK_M = 10;
const newSignal = latest();

/** @typedef {{lon: number, lat: number, accuracy_m: number, precision: string, label: string}} Spot */

export function placeForm() {
  /** @type {Spot | null} */
  let chosen = null;
  const text = /** @type {HTMLInputElement} */ (el('input', { class: 'field grow', type: 'search', name: 'address', maxlength: 200, value: facts().address ?? '', autocomplete: 'off' }));
  const answers = el('div', { class: 'col', aria: { live: 'polite' } });
  const told = el('div', { class: 'col' }, el('p', { class: 'small' }, t('case.place.click')));
  const teach = /** @type {HTMLInputElement} */ (el('input', { type: 'checkbox', name: 'teach' }));
  const use = /** @type {HTMLButtonElement} */ (el('button', { class: 'btn pri wide', type: 'button', data: { id: 'place-use' }, on: { click: () => chosen && take(chosen, teach.checked ? text.value.trim() : '') } }));
  const say = () => { use.disabled = !chosen; use.textContent = t(chosen ? 'case.place.use' : 'case.pin.missing_place'); };
  const choose = (/** @type {Spot} */ spot) => { chosen = spot; say(); show(told, spot.lon, spot.lat); };
  const form = el('form', { class: 'case-form col', on: { submit: (/** @type {Event} */ event) => { event.preventDefault(); ask(text.value.trim(), answers, choose); } } },
    el('h3', {}, t('case.place')), el('label', { class: 'col tight' }, el('span', { class: 'small' }, t('incident.address')), el('span', { class: 'row' }, text, el('button', { class: 'btn', type: 'submit', data: { id: 'place-find' } }, t('case.place.find')))),
    answers, told, el('label', { class: 'check' }, teach, el('span', {}, t('case.place.teach'))), use,
    el('p', {}, el('button', { class: 'btn', type: 'button', on: { click: () => turnMode(open.mode) } }, t('case.cancel'))));
  startPicking(null, (lon, lat) => choose({ lon, lat, accuracy_m: CLICK_M, precision: '', label: '' }));
  say();
  leaveOnEscape(form);
  requestAnimationFrame(() => form.scrollIntoView({ block: 'start' }));
  if (text.value.trim()) ask(text.value.trim(), answers, choose);
  return form;
}

/** @param {string} q @param {HTMLElement} place @param {(spot: Spot) => void} choose */
async function ask(q, place, choose) {
  if (!q) { fill(place, el('p', { class: 'small' }, t('case.place.no_address'))); return; }
  const signal = newSignal();
  fill(place, el('span', { class: 'bone' }));
  try {
    const body = await get('/api/geocode', { q, limit: 5 }, signal);
    if (!body.answers.length) { fill(place, el('p', { class: 'note' }, t('case.place.none'))); return; }
    const point = (/** @type {any} */ it) => { setPin(it.lon, it.lat); app.map.setView([it.lat, it.lon], Math.max(16, app.map.getZoom())); choose({ lon: it.lon, lat: it.lat, accuracy_m: it.radius_m, precision: it.precision, label: it.label }); };
    fill(place, body.single ? null : el('p', { class: 'small' }, t('case.place.several', { n: body.answers.length })), el('ul', { class: 'case-answers' }, body.answers.map((/** @type {any} */ it, /** @type {number} */ i) => el('li', {}, el('button', { class: 'btn wide', type: 'button', data: { id: `answer-${i}` }, on: { click: () => point(it) } }, el('span', { class: 'grow' }, it.label), el('span', { class: 'muted small' }, answerWords(it)))))));
    if (body.single) point(body.answers[0]);
  } catch (problem) {
    if (!signal.aborted) fill(place, el('p', { class: 'note warn' }, /** @type {any} */ (problem).message));
  }
}

/** "building, ± 20 m, grid 05" @param {any} it */
function answerWords(it) {
  const kind = has(`precision.${it.precision}`) ? t(`precision.${it.precision}`) : it.precision;
  return [kind, t('case.accuracy', { m: t('case.m', { n: number(Math.round(it.radius_m)) }) }), it.grid ? gridWords(it.grid) : ''].filter(Boolean).join(t('list_comma'));
}

/** @param {Spot} spot @param {string} text what to teach, '' = nothing */
async function take(spot, text) {
  const done = await act('place', { lon: spot.lon, lat: spot.lat, datum: 'wgs84', accuracy_m: spot.accuracy_m, reason: spot.label ? t('case.place.by_address', { label: spot.label }).slice(0, 500) : t('case.place.by_click') }, { done: (now) => moved('', now, open.case.calls ?? []) });
  if (!done || !text) return;
  try {
    await send('POST', '/api/geocode/corrections', { text, lon: spot.lon, lat: spot.lat, datum: 'wgs84', ...(spot.precision ? { precision: spot.precision } : {}) });
    toast(t('case.place.taught', { text: text.slice(0, 60) }));
  } catch (problem) {
    toast(/** @type {any} */ (problem).message);
  }
}
