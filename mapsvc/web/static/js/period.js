// The period picker: the last days of the data, all of it, or two dates.
import { app, on, setView } from './app.js';
import { byId, el, fill } from './el.js';
import { addDays, isoDay, number } from './format.js';
import { icon } from './icons.js';
import { count, t } from './i18n.js';
import { periodWords } from './overview.js';
import { closePopover, popover } from './popover.js';

const SPANS = [1, 7, 30, 90, 365];
const DAY_MS = 86400000;

export function startPeriod() {
  const chip = byId('period');
  popover(chip, form, t('period.title'));
  on('desk', (desk) => {
    chip.hidden = !desk.plan;
    if (desk.plan) fill(chip, icon('clock'), words(), icon('down'));
  });
}

function words() {
  const { days, to } = app.desk.interval;
  const fresh = Date.parse(to ?? app.desk.now) > Date.parse(app.desk.now);
  return !app.view.from && !app.view.to && fresh && days === 30 ? count('period.last', days, { n: number(days) }) : periodWords();
}

/** The day behind the last one that the presets end with: tomorrow, or the day after the data end. */
function lastDay() {
  const tz = app.desk.community.tz;
  const newest = app.desk.interval.data_to;
  const old = newest && Date.parse(app.desk.now) - Date.parse(newest) > 30 * DAY_MS;
  return addDays(isoDay(old ? newest : app.desk.now, tz), 1);
}

function form() {
  const tz = app.desk.community.tz;
  const end = lastDay();
  const choose = (/** @type {string} */ from, /** @type {string} */ to) => { closePopover(); setView({ from, to }); };
  const preset = (/** @type {number} */ n) => el('button', { class: 'btn wide', type: 'button', on: { click: () => choose(addDays(end, -n), end) } }, count('period.last', n, { n: number(n) }));
  const first = isoDay(app.desk.interval.data_from ?? app.desk.now, tz);
  const from = /** @type {HTMLInputElement} */ (el('input', { type: 'date', class: 'field', value: isoDay(app.desk.interval.from, tz), required: true }));
  const to = /** @type {HTMLInputElement} */ (el('input', { type: 'date', class: 'field', value: addDays(isoDay(app.desk.interval.to, tz), -1), required: true }));
  return el('form', { class: 'col', on: { submit: (/** @type {Event} */ event) => { event.preventDefault(); if (from.value && to.value && from.value <= to.value) choose(from.value, addDays(to.value, 1)); } } },
    el('button', { class: 'btn wide', type: 'button', on: { click: () => choose('', '') } }, t('period.default')), ...SPANS.map(preset),
    el('button', { class: 'btn wide', type: 'button', on: { click: () => choose(first, end) } }, t('period.all')),
    el('label', { class: 'col' }, t('period.from'), from), el('label', { class: 'col' }, t('period.to'), to), el('button', { class: 'btn pri wide', type: 'submit' }, t('period.show')));
}
