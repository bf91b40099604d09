// The alarm strip: there only while something is overdue, and said aloud once when the number grows; and the note that the stream is lost.
import { app, on, setView } from './app.js';
import { age } from './desk.js';
import { byId, el, fill } from './el.js';
import { clock, duration } from './format.js';
import { icon } from './icons.js';
import { count, gridTitle, t } from './i18n.js';
import { listSel } from './lists.js';
import { titleOf } from './rows.js';
import { mutedUntil, sound, startSound, toggleMute } from './sound.js';
import { stream } from './stream.js';
import { symbol } from './symbols.js';

const TITLE_MOST = 60;
/** A line that is back at once was never lost to anybody's eyes. */
const SHOWN_AFTER_MS = 3000;
const OLD_MS = 60000;
const ALARMS = ['incident.overdue', 'incident.escalated'];
let spoken = 0;
let shown = '';
/** The most overdue incident, from the rail's list. @type {any} */
let oldest = null;

export function startStrip() {
  startSound();
  on('desk', show);
  on('urgent', (features) => { oldest = features.find((/** @type {any} */ it) => it.properties.light === 'red')?.properties ?? null; show(app.desk); });
  for (const event of ['stream', 'sound']) on(event, () => show(app.desk));
  on('event', (told) => { if (ALARMS.includes(told.kind) && app.deskName === 'command') sound(); });
  setInterval(() => { if (app.desk) show(app.desk); }, 1000);
}

/** @param {any} desk */
function show(desk) {
  const overdue = app.deskName === 'command' ? desk?.figures?.overdue ?? 0 : 0;
  const sentence = overdue ? alarmWords(overdue, desk) : '';
  const note = app.view.wall ? '' : lostWords();
  const muted = mutedUntil();
  if (overdue > spoken) byId('alarm-voice').textContent = sentence;
  spoken = overdue;
  // Drawn anew only when it says something else: a button in it may have the focus.
  const state = JSON.stringify([sentence, overdue, note, muted, app.view.wall, oldest?.id]);
  if (state === shown) return;
  shown = state;
  const focused = document.activeElement?.closest('#strip [data-id]')?.getAttribute('data-id');
  fill(byId('strip'), overdue ? alarm(overdue, desk, sentence, muted) : null,
    note ? el('p', { class: 'note warn stream-note', role: 'status' }, el('b', {}, t('stream.lost', { time: lostAt() })), ' ', note) : null);
  if (focused) /** @type {HTMLElement | null} */ (document.querySelector(`#strip [data-id="${focused}"]`))?.focus();
}

/** @param {number} overdue @param {any} desk @param {string} sentence @param {number} muted */
function alarm(overdue, desk, sentence, muted) {
  const mute = muted ? t('sound.muted', { time: clock(new Date(muted).toISOString(), desk.community.tz) }) : t('sound.mute');
  return el('div', { class: 'alarmbar' },
    app.view.wall ? symbol({ light: 'red', status: 'handling' }, 76) : icon('warn'),
    app.view.wall ? wallWords(overdue, desk) : el('span', { class: 'alarm-words' }, sentence),
    el('span', { class: 'grow' }),
    app.view.wall ? null : el('button', { class: 'btn', type: 'button', data: { id: 'alarm-show' }, on: { click: showAll } }, t('strip.show', { n: overdue }), ' ', el('kbd', {}, 'A')),
    app.view.wall ? null : el('button', { class: 'btn', type: 'button', data: { id: 'alarm-mute' }, aria: { pressed: Boolean(muted) }, on: { click: toggleMute } }, icon('bell'), mute));
}

/** @param {number} overdue @param {any} desk */
function alarmWords(overdue, desk) {
  const words = count('strip.overdue', overdue, { n: overdue });
  const more = oldest ? t('strip.oldest', { title: short(titleOf(oldest)), grid: gridTitle(app.grids.get(oldest.grid), oldest.grid), time: late(desk) }) : '';
  return `${words} ${more}`.trim();
}

/** What the note says behind "lost at": how old the figures are, and what is done about it; nothing while the stream stands. */
function lostWords() {
  if (stream.state !== 'lost' || Date.now() - stream.since < SHOWN_AFTER_MS) return '';
  return age() < OLD_MS ? t('stream.asking') : t('stream.old', { time: duration(age() / 1000) });
}

/** When the stream was lost, as the community's clock said. */
export function lostAt() {
  return clock(new Date(stream.since).toISOString(), app.desk.community.tz);
}

/** A title of any length leaves room for where and how late. @param {string} title */
function short(title) {
  return title.length > TITLE_MOST ? `${title.slice(0, TITLE_MOST - 1).trimEnd()}…` : title;
}

/** @param {any} desk */
function late(desk) {
  return duration((Date.parse(desk.now) - Date.parse(oldest.due_at)) / 1000);
}

/** Two halves, so that nothing crosses the bezel between two screens. @param {number} n @param {any} desk */
function wallWords(n, desk) {
  return [
    el('span', { class: 'alarm-words' }, oldest ? t('wall.strip', { n, time: late(desk) }) : count('strip.overdue', n, { n })),
    oldest ? el('span', { class: 'alarm-second' }, t('wall.strip_where', { grid: gridTitle(app.grids.get(oldest.grid), oldest.grid), title: short(titleOf(oldest)) })) : null,
  ];
}

export function showAll() {
  setView({ sel: listSel('overdue') });
}
