// Wall mode: a dark map, large type, no controls; figures and the six most urgent, readable across a room.
import { app, isWall, on, setView } from './app.js';
import { byId, el, fill } from './el.js';
import { clock, dueWords, duration, number } from './format.js';
import { gridTitle, nameOf, t } from './i18n.js';
import { missingPosts, postName } from './layers/posts.js';
import { age } from './desk.js';
import { timeThere } from './live.js';
import { lostAt } from './strip.js';
import { stream } from './stream.js';
import { urgentIncidents } from './rail.js';
import { titleOf, whereWords } from './rows.js';
import { symbol } from './symbols.js';
import { troubles } from './notice.js';

const ROWS = 6;
const MISSING = 2;

export function startWall() {
  apply();
  on('view', (changed) => { if (changed.has('wall')) location.reload(); });
  if (!isWall()) return;
  for (const event of ['desk', 'urgent', 'posts', 'heard']) on(event, show);
  setInterval(show, 1000);
}

/** In and out of wall mode: a view of its own, so the page is drawn anew. */
export function toggleWall() {
  setView({ wall: !app.view.wall, sel: '' });
}

function apply() {
  document.documentElement.toggleAttribute('data-wall', isWall());
  if (isWall()) document.documentElement.dataset.theme = 'dark';
}

let drawn = '';
function show() {
  if (!app.desk?.plan) return;
  const state = JSON.stringify([app.desk.figures, urgentIncidents().slice(0, ROWS).map((it) => it.properties), missingPosts().length, footWords()]);
  if (state === drawn) return;
  drawn = state;
  fill(byId('panel'), el('div', { class: 'wall-main' }, el('div', { class: 'wall-left' }, figures(), nobody()), list()), foot());
}

function figures() {
  const f = app.desk.figures;
  const waitingLongest = urgentIncidents().map((it) => it.properties).filter((it) => it.light === 'waiting').reduce((most, it) => Math.max(most, Date.parse(app.desk.now) - Date.parse(it.occurred_at)), 0);
  const part = (/** @type {string} */ shown, /** @type {string} */ word, /** @type {string} */ note, /** @type {string} */ mark = '') => el('div', { class: 'wall-figure' }, el('div', { class: `fig ${mark}${shown.length > 6 ? ' long' : ''}` }, shown), el('div', { class: 'wall-word' }, word), el('div', { class: 'muted' }, note));
  return el('div', { class: 'wall-figures' },
    part(number(f.open), t('figure.open'), t('wall.today', { n: number(f.reported_today) })),
    part(number(f.overdue), t('queue.overdue'), f.overdue ? t('wall.of_open', { n: number(f.open) }) : t('wall.none_late'), f.overdue ? 'late' : ''),
    part(number(f.waiting), t('queue.waiting'), waitingLongest ? t('wall.longest', { time: duration(waitingLongest / 1000) }) : ''),
    f.on_time ? part(t('percent', { n: Math.round(f.on_time.share * 100) }), t('figure.on_time'), t('wall.interval', { low: Math.round(f.on_time.low * 100), high: Math.round(f.on_time.high * 100), days: number(app.desk.interval.days) })) : part(number(f.total), t('figure.total'), ''));
}

function nobody() {
  const missing = missingPosts().slice(0, MISSING);
  if (!missing.length) return null;
  return el('div', { class: 'wall-nobody' }, el('h2', {}, symbol({ light: 'yellow' }, 40), ' ', t('nobody')), missing.map((it) => el('p', {}, t('nobody.post', { where: (it.grids ?? []).map((/** @type {string} */ code) => gridTitle(app.grids.get(code), code)).join(t('list_comma')), post: postName(it) }))));
}

/** Titles only; a sensitive matter is "matter in grid 03". */
function list() {
  const rows = urgentIncidents().slice(0, ROWS).map((it) => it.properties);
  return el('div', { class: 'wall-list' }, el('h2', {}, t('needs')), rows.length ? rows.map((it) => el('div', { class: 'wall-row' }, symbol(it, 56), el('div', { class: 'wall-words' },
    el('b', {}, it.title && !it.sensitive ? titleOf(it) : t('wall.sensitive', { grid: gridTitle(app.grids.get(it.grid), it.grid) })), el('div', { class: 'muted' }, whereWords(it))), el('b', { class: it.light === 'red' ? 'late' : '' }, dueWords(it, app.desk.now, app.desk.community.tz)))) : el('p', {}, t('needs.none')));
}

function footWords() {
  const tz = app.desk.community.tz;
  const lost = troubles.has('desk') || age() > 40000;
  if (lost) return t('live.lost', { time: duration(age() / 1000) });
  return stream.state === 'lost' && Date.now() - stream.since > 3000 ? t('stream.polling', { time: lostAt() }) : t('live.on', { time: clock(timeThere(), tz, true) });
}

function foot() {
  const { plan, community } = app.desk;
  const lost = troubles.has('desk') || age() > 40000;
  return el('div', { class: 'wall-foot muted' }, el('span', {}, el('i', { class: `dot${lost ? ' lost' : ''}` }), ' ', footWords()), el('span', {}, plan.valid_from ? t(`edition.${plan.status}`, { date: plan.valid_from }) : plan.name), el('span', {}, nameOf(community), community.synthetic ? ` · ${t('synthetic')}` : ''));
}
