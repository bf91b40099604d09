// The alarm strip: there only while something is overdue, and said aloud once when the number grows.
import { app, on, setView } from './app.js';
import { byId, el, fill } from './el.js';
import { duration } from './format.js';
import { icon } from './icons.js';
import { count, gridTitle, t } from './i18n.js';
import { listSel } from './lists.js';
import { titleOf } from './rows.js';
import { symbol } from './symbols.js';

const TITLE_MOST = 60;
let spoken = 0;
/** The most overdue incident, from the rail's list. @type {any} */
let oldest = null;

export function startStrip() {
  on('desk', show);
  on('urgent', (features) => { oldest = features.find((/** @type {any} */ it) => it.properties.light === 'red')?.properties ?? null; show(app.desk); });
}

/** @param {any} desk */
function show(desk) {
  const overdue = desk?.figures?.overdue ?? 0;
  const place = byId('strip');
  if (!overdue || app.deskName !== 'command') {
    spoken = 0;
    fill(place);
    return;
  }
  const words = count('strip.overdue', overdue, { n: overdue });
  const more = oldest ? t('strip.oldest', { title: short(titleOf(oldest)), grid: gridTitle(app.grids.get(oldest.grid), oldest.grid), time: late(desk) }) : '';
  const sentence = `${words} ${more}`.trim();
  fill(place, el('div', { class: 'alarmbar' },
    app.view.wall ? symbol({ light: 'red', status: 'handling' }, 76) : icon('warn'),
    app.view.wall ? wallWords(overdue, desk) : el('span', { class: 'alarm-words' }, sentence),
    el('span', { class: 'grow' }),
    app.view.wall ? null : el('button', { class: 'btn', type: 'button', on: { click: showAll } }, t('strip.show', { n: overdue }), ' ', el('kbd', {}, 'A'))));
  if (overdue > spoken) byId('alarm-voice').textContent = sentence;
  spoken = overdue;
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
