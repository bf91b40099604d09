// Move the pin: a new place, what grid it is in now and then, a reason. Who handled it before is told.
import { get, latest } from '../api.js';
import { el, fill } from '../el.js';
import { t } from '../i18n.js';
import { act } from './act.js';
import { startPicking, stopPicking } from './picker.js';
import { facts, open, point, turnMode } from './state.js';
import { leaveOnEscape } from './stepform.js';
import { gridWords, lineWords, otherShares, sentences, sureWords, targetName } from './words.js';
import { shareBar } from './where.js';

const newSignal = latest();
const WAIT_MS = 120;

export function pinForm() {
  /** @type {{lon: number, lat: number} | null} */
  let chosen = null;
  const told = el('div', { class: 'col', aria: { live: 'polite' } }, el('p', { class: 'small' }, t('case.pin.how')));
  const reason = /** @type {HTMLInputElement} */ (el('input', { class: 'field', type: 'text', name: 'reason', maxlength: 500, autocomplete: 'off' }));
  const button = /** @type {HTMLButtonElement} */ (el('button', { class: 'btn pri wide', type: 'submit', data: { id: 'pin-send' } }));
  const say = () => {
    button.disabled = !chosen || !reason.value.trim();
    button.textContent = !chosen ? t('case.pin.missing_place') : !reason.value.trim() ? t('case.missing.reason') : t('case.pin.send');
  };
  reason.addEventListener('input', say);
  const form = el('form', { class: 'case-form col', on: { submit: (/** @type {Event} */ event) => { event.preventDefault(); if (chosen && reason.value.trim()) send(chosen, reason.value.trim()); } } },
    el('h3', {}, t('case.pin')), told, el('label', { class: 'col tight' }, el('span', { class: 'small' }, t('case.pin.reason')), reason), button,
    el('p', {}, el('button', { class: 'btn', type: 'button', on: { click: () => turnMode(open.mode) } }, t('case.cancel'))));
  let timer = 0;
  // A part drawn anew must not leave the pin behind: the card stops it when the form is gone.
  startPicking(point(), (lon, lat) => {
    chosen = { lon, lat };
    say();
    clearTimeout(timer);
    timer = setTimeout(() => show(told, lon, lat), WAIT_MS);
  });
  say();
  leaveOnEscape(form);
  requestAnimationFrame(() => form.scrollIntoView({ block: 'start' }));
  return form;
}

/** The grid of the new place beside that of the old one. @param {HTMLElement} told @param {number} lon @param {number} lat */
export async function show(told, lon, lat) {
  const signal = newSignal();
  try {
    const at = await get('/api/locate', { lon: lon.toFixed(8), lat: lat.toFixed(8), accuracy_m: facts().accuracy_m || undefined }, signal);
    const shares = at.shares?.length ? at.shares : at.grid ? [{ grid: at.grid, share: 1 }] : [];
    fill(told, el('p', {}, el('b', { data: { pin: 'to' } }, changeWords(facts().grid, at.grid ?? ''))),
      shares.length ? shareBar(shares) : null, el('p', { class: 'small' }, sentences(otherShares(shares) && otherShares(shares) + t('stop'), sureWords(shares, at.certainty), lineWords(at.line))));
  } catch (problem) {
    if (!signal.aborted) fill(told, el('p', {}, /** @type {any} */ (problem).message));
  }
}

/** What the new place changes. @param {string} from grid, "" = none @param {string} to grid, "" = outside */
function changeWords(from, to) {
  if (!from) return to ? t('case.pin.in', { grid: gridWords(to) }) : t('case.pin.outside');
  return from === to ? t('case.pin.same', { grid: gridWords(to) }) : t('case.pin.change', { from: gridWords(from), to: gridWords(to) });
}

/** @param {{lon: number, lat: number}} at @param {string} reason */
function send(at, reason) {
  const from = facts().grid;
  const before = open.case.calls ?? [];
  return act('place', { ...at, datum: 'wgs84', ...(facts().accuracy_m > 0 ? { accuracy_m: facts().accuracy_m } : {}), reason }, { done: (now) => moved(from, now, before) });
}

/** "Moved from 06 to 05. 06 duty post was told and is called off, 05 duty post is called." @param {string} from @param {any} now @param {any[]} before calls */
export function moved(from, now, before) {
  stopPicking();
  const to = now.feature.properties.grid;
  if (from === to) return t('case.pin.done_same', { grid: gridWords(to) });
  const was = new Map(before.map((it) => [`${it.target} ${it.called_at}`, it]));
  const off = now.calls.filter((/** @type {any} */ it) => it.dropped_at && was.get(`${it.target} ${it.called_at}`)?.dropped_at === null);
  const on = now.calls.filter((/** @type {any} */ it) => !it.dropped_at && !was.has(`${it.target} ${it.called_at}`));
  const names = (/** @type {any[]} */ all) => all.map(targetName).join(t('case.and'));
  return sentences(from ? t('case.pin.done', { from: gridWords(from), to: gridWords(to) }) : changeWords('', to),
    off.length ? t('case.pin.told', { names: names(off) }) : '', on.length ? t('case.pin.called', { names: names(on) }) : '');
}
