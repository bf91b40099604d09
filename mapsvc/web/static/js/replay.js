// Replay: the counts of each grid, bar by bar of the time bar, with one set of classes for all of them; of a single day, its incidents.
import { app, emit, on } from './app.js';
import { get, spelledQuestion } from './api.js';
import { playDay, stopDay } from './daybar.js';
import { byId, el } from './el.js';
import { addDays, number } from './format.js';
import { t } from './i18n.js';
import { toast } from './notice.js';

const STEP_MS = 700;
let timer = 0;
let playing = false;

export function isPlaying() {
  return playing;
}

on('view', (changed) => { if (playing && ['from', 'to', 'type', 'status', 'grid', 'plan', 'sel'].some((it) => changed.has(it))) stop(); });

/** @param {{unit: string, starts: string[], counts: number[], end: string} | null} bars */
export async function toggleReplay(bars) {
  if (playing || !bars) { stop(); return; }
  playing = true;
  document.body.classList.add('replaying');
  emit('playing');
  try {
    const day = singleDay();
    if (day) { await playDay(day, stop); return; }
    const unit = bars.unit === 'year' ? 'month' : bars.unit;
    const report = await get('/api/counts', { ...spelledQuestion(), from: bars.starts[0], to: bars.end, by: 'grid,period', period: unit });
    const table = byPeriod(report, bars);
    step(bars, table, breaksOf(table), 0);
  } catch (problem) {
    toast(/** @type {Error} */ (problem).message);
    stop();
  }
}

/**
 * Counts by bar and grid. A period's label begins with its first day or month; it falls into the bar it starts in.
 * @param {any} report @param {{starts: string[]}} bars @returns {Map<string, number>[]}
 */
function byPeriod(report, bars) {
  const at = Object.fromEntries(report.columns.map((/** @type {string} */ name, /** @type {number} */ i) => [name, i]));
  /** @type {Map<string, number>[]} */
  const table = bars.starts.map(() => new Map());
  for (const row of report.rows) {
    const begins = firstDay(String(row[at.period]));
    const i = begins ? barOf(begins, bars.starts) : -1;
    if (i < 0) continue;
    table[i].set(row[at.grid], (table[i].get(row[at.grid]) ?? 0) + Number(row[at.n]));
  }
  return table;
}

/** The first day of a period by its label: a day, "2026-W07" or "2026-07". @param {string} label */
function firstDay(label) {
  const week = /^(\d{4})-W(\d\d)$/.exec(label);
  if (week) {
    const fourth = new Date(Date.UTC(Number(week[1]), 0, 4));
    fourth.setUTCDate(fourth.getUTCDate() - ((fourth.getUTCDay() + 6) % 7) + (Number(week[2]) - 1) * 7);
    return fourth.toISOString().slice(0, 10);
  }
  if (/^\d{4}-\d\d-\d\d$/.test(label)) return label;
  return /^\d{4}-\d\d$/.test(label) ? `${label}-01` : '';
}

/** @param {string} dayIso @param {string[]} starts */
function barOf(dayIso, starts) {
  let i = starts.length - 1;
  while (i > 0 && starts[i] > dayIso) i--;
  return i;
}

/** Four inner edges of five equal groups over all grids and bars. @param {Map<string, number>[]} table */
function breaksOf(table) {
  const values = table.flatMap((it) => [...it.values()]).filter((n) => n > 0).sort((a, b) => a - b);
  return [0.2, 0.4, 0.6, 0.8].map((share) => values[Math.floor(share * (values.length - 1))] ?? 1);
}

/** @param {any} bars @param {Map<string, number>[]} table @param {number[]} breaks @param {number} i */
function step(bars, table, breaks, i) {
  if (!playing) return;
  if (i >= table.length) { stop(); return; }
  const sum = [...table[i].values()].reduce((total, n) => total + n, 0);
  const most = Math.max(...table.flatMap((it) => [...it.values()]), 1);
  emit('replay', { index: i, counts: table[i], breaks, most });
  say(t('replay.step', { when: bars.starts[i], n: number(sum) }));
  timer = setTimeout(() => step(bars, table, breaks, i + 1), STEP_MS);
}

/** The day that the view is narrowed to, "" for any other interval. */
export function singleDay() {
  const { from, to } = app.view;
  return /^\d{4}-\d\d-\d\d$/.test(from) && addDays(from, 1) === to ? from : '';
}

function stop() {
  if (!playing) return;
  stopDay();
  clearTimeout(timer);
  playing = false;
  document.body.classList.remove('replaying');
  say('');
  emit('replay', null);
  emit('playing');
}

/** @param {string} words */
function say(words) {
  const note = byId('mapnote');
  if (document.body.classList.contains('cannot-tell')) return;
  note.hidden = words === '';
  note.replaceChildren(...(words ? [el('p', { class: 'replay-words' }, words)] : []));
}

