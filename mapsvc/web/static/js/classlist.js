// The grids behind one class of the legend.
import { app, setView } from './app.js';
import { chosenClass, gridsOfClass, rangeWords } from './classes.js';
import { el } from './el.js';
import { areaKm2, measureNumber, number } from './format.js';
import { count, gridTitle, t } from './i18n.js';
import { listSel } from './lists.js';
import { cardHead } from './panel.js';

/** @returns {(Node | null)[]} */
export function classCard() {
  const k = chosenClass();
  const grids = k ? gridsOfClass(k) : [];
  const { name } = app.desk.measure;
  const own = name === 'per_km2' || name === 'count' ? null : name;
  const title = t(`class.${name === 'open' ? 'open_now' : name}`, { range: grids.length ? rangeWords(grids) : '–' });
  return [el('div', { class: 'pad' }, cardHead(t('class')), el('h1', { tabindex: '-1' }, title), el('p', { class: 'muted' }, count('class.grids', grids.length, { n: number(grids.length), all: number(app.desk.grids.length) }))),
    grids.length ? el('table', { class: 'gridtable' }, el('thead', {}, el('tr', {}, [t('table.grid'), own ? t(`class.head_${own}`) : null, t('table.reports'), t('table.per_km2'), t('table.km2')].map((it) => it && el('th', {}, it)))),
      el('tbody', {}, grids.map((it) => row(it, own)))) : null];
}

/** @param {any} it @param {string | null} own a measure that has no column yet */
function row(it, own) {
  const opens = (/** @type {string} */ list, /** @type {number} */ n) => el('td', {}, n ? el('button', { class: 'link plain', type: 'button', on: { click: () => setView({ sel: listSel(list, `grid=${it.code}`) }) } }, number(n)) : '0');
  return el('tr', {}, el('td', {}, el('button', { class: 'link plain', type: 'button', on: { click: () => setView({ sel: `grid:${it.code}` }) } }, gridTitle(it))),
    own ? opens(own, it[own]) : null, opens('total', it.count), el('td', {}, it.per_km2 === null ? '–' : measureNumber(it.per_km2)), el('td', {}, areaKm2(it.area_m2)));
}
