// One row of a list of incidents, and the list itself: the same rows in the rail, the panel and on the wall.
import { app, setView } from './app.js';
import { el } from './el.js';
import { dueWords, percent } from './format.js';
import { typeIcon } from './icons.js';
import { gridTitle, has, nameOf, shortCode, t } from './i18n.js';
import { symbol, symbolName } from './symbols.js';

/** @param {string} code */
export function typeOf(code) {
  return app.desk?.types.find((/** @type {any} */ it) => it.code === code);
}

/** A sensitive matter shows its type instead of its title. @param {any} incident */
export function titleOf(incident) {
  const type = typeOf(incident.type);
  const name = nameOf(type ?? { name: incident.type });
  if (incident.title) return incident.title;
  return incident.sensitive || type?.sensitive ? t('incident.hidden', { type: name }) : name || t('incident.untitled');
}

/** Grid, certainty and status in one line. @param {any} incident */
export function whereWords(incident) {
  const type = typeOf(incident.type);
  const grid = incident.grid ? gridTitle(app.grids.get(incident.grid), incident.grid) : t(`certainty.${incident.certainty}`);
  // Who waits for a decision reads the odds; who is on the way reads whose line it is.
  if (incident.light === 'waiting' && isOpenBetween(incident)) return oddsWords(incident);
  const parts = [grid];
  if (incident.certainty === 'boundary') parts.push(incident.near ? t('near_grid', { grid: gridTitle(app.grids.get(incident.near), incident.near) }) : t('certainty.boundary'));
  if (incident.sensitive || type?.sensitive) parts.push(t('grid_only'));
  else if (incident.light !== 'waiting') parts.push(has(`status.${incident.status}`) ? t(`status.${incident.status}`) : incident.status);
  return parts.join(' · ');
}

/** Could it be either of two grids? @param {any} it */
function isOpenBetween(it) {
  return it.certainty === 'boundary' && it.grid && it.near && it.grid_share > 0 && it.grid_share < 1;
}

/** "06 or 05? 71 % / 29 %" @param {any} it */
function oddsWords(it) {
  // More than two grids may share it: the rest is not the neighbour's.
  return t('row.odds', { grid: shortCode(it.grid), other: shortCode(it.near), share: percent(it.grid_share), rest: percent(it.near_share ?? 1 - it.grid_share) });
}

/** @param {any} feature @param {{size?: number}} [how] */
export function incidentRow(feature, { size = 26 } = {}) {
  const it = feature.properties;
  const words = dueWords(it, app.desk.now, app.desk.community.tz);
  const chosen = app.view.sel === `inc:${it.id}`;
  return el('li', {},
    el('button', {
      class: `item${chosen ? ' sel' : ''}`, type: 'button', data: { id: it.id }, aria: { pressed: chosen, label: `${symbolName(it, gridTitle(app.grids.get(it.grid), it.grid))}, ${words}` },
      on: { click: () => setView({ sel: `inc:${it.id}` }) },
    },
    symbol(it, size), el('span', { class: 't' }, titleOf(it)), el('span', { class: `w${it.light === 'red' ? ' late' : ''}` }, words),
    el('span', { class: 's' }, typeIcon(it.type, typeOf(it.type)?.icon), ' ', whereWords(it))));
}

/** Let up and down move through the rows of a list, as the design's keys say. @param {HTMLElement} list */
export function walkable(list) {
  list.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (!step) return;
    const rows = [...list.querySelectorAll('button.item')];
    const next = rows[rows.indexOf(/** @type {Element} */ (document.activeElement)) + step];
    if (next) { event.preventDefault(); /** @type {HTMLElement} */ (next).focus(); }
  });
  return list;
}
