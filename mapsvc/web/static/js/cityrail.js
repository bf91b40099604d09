// The rail where there are hundreds of grids: what the figures hold, layers to choose, the measure of the areas.
import { app, setView } from './app.js';
import { el } from './el.js';
import { areaKm2, number } from './format.js';
import { icon } from './icons.js';
import { count, t } from './i18n.js';
import { listSel } from './lists.js';
import { incidentRow, walkable } from './rows.js';
import { queues, reportLink } from './rail.js';

/** Urgent rows shown before the list is asked for. */
const ROWS = 5;
const MEASURES = ['per_km2', 'count', 'open'];

/** @param {any[]} urgent @returns {HTMLElement} */
export function cityRail(urgent) {
  const { figures, plan, community } = app.desk;
  return el('div', { class: 'cityrail' },
    figures.open ? queues(figures) : null,
    el('div', { class: 'pad col' },
      el('div', { class: 'row between' }, el('h1', {}, t('city.total', { n: number(figures.total) })), reportLink()),
      el('p', {}, line('inside', figures.inside, figures.total ? ` (${share(figures.inside / figures.total)})` : ''), line('outside', figures.outside), line('all_unlocated', figures.unlocated)),
      findingsNote(plan),
      urgent.length ? el('h2', {}, t('needs')) : null,
      urgent.length ? walkable(el('ul', { class: 'flush' }, urgent.slice(0, ROWS).map((it) => incidentRow(it)))) : null,
      el('h2', {}, t('layers')), layerButtons(),
      el('h2', {}, t('city.measure')), measureButtons(), el('p', { class: 'small muted' }, whyArea()),
      community.note ? el('p', { class: 'small muted' }, community.note) : null));
}

/** @param {string} list @param {number} n @param {string} [after] */
function line(list, n, after = '') {
  return el('span', { class: 'cityline' }, el('button', { class: 'link num', type: 'button', on: { click: () => setView({ sel: listSel(list) }) } }, number(n)), ` ${t(`city.${list}`)}${after}`);
}

/** Two decimals: at this scale the last tenth of a per cent is hundreds of reports. @param {number} it */
function share(it) {
  return t('percent', { n: it === 1 ? 100 : Math.min(99.99, Math.floor(it * 10000) / 100).toFixed(2) });
}

/** A plan with defects is shown with them. @param {any} plan */
export function findingsNote(plan) {
  if (!plan.findings.total) return null;
  return el('p', { class: 'note' }, count('findings.note', plan.findings.total, { n: number(plan.findings.total) }), ' ', el('a', { href: `/findings?plan=${encodeURIComponent(plan.id)}` }, t('findings.read')));
}

function layerButtons() {
  const on = app.view.layers;
  const button = (/** @type {boolean} */ chosen, /** @type {string} */ word, /** @type {() => void} */ press, /** @type {Node | null} */ mark = null) =>
    el('button', { class: `btn wide${chosen ? ' on' : ''}`, type: 'button', aria: { pressed: chosen }, on: { click: press } }, mark, word);
  const only = (/** @type {string} */ name) => () => setView({ layers: on.includes(name) && !app.view.cmp ? on.filter((it) => it !== name) : [...new Set([...on.filter((it) => it === 'inc'), name])], cmp: '' });
  return el('div', { class: 'col' },
    button(app.view.cmp !== '', t('compare.button'), () => setView(app.view.cmp ? { cmp: '' } : { cmp: '0.5', layers: [...new Set([...on.filter((it) => it !== 'den'), 'count'])] }), icon('compare')),
    button(!app.view.cmp && on.includes('count'), t('layer.count'), only('count')), button(!app.view.cmp && on.includes('den'), t('layer.den'), only('den')), button(!app.view.cmp && on.includes('hot'), t('layer.hot'), only('hot')));
}

function measureButtons() {
  const shown = app.desk.measure.name;
  return el('div', { class: 'col' }, MEASURES.map((name) => el('button', {
    class: `btn wide${shown === name ? ' on' : ''}`, type: 'button', aria: { pressed: shown === name }, on: { click: () => setView({ measure: name === 'per_km2' ? '' : name }) },
  }, t(`measure.${name}`))));
}

function whyArea() {
  const areas = app.desk.grids.map((/** @type {any} */ it) => it.area_m2).filter((/** @type {number} */ it) => it > 0);
  return t('city.why_area', { least: areaKm2(Math.min(...areas)), most: areaKm2(Math.max(...areas)) });
}
