// What a drag or a drawn line would do, beside the cursor while it happens.
import { byId, el, fill, measureOut } from '../el.js';
import { areaKm2, decimal, number } from '../format.js';
import { count, has, lang, shortCode, t } from '../i18n.js';
import { hear } from './state.js';
import { plainCodes } from './words.js';

const RIGHT_PX = 36;
const DOWN_PX = 20;

const box = el('div', { class: 'drag-tip', hidden: true });
let shown = false;
/** What the page knows at once, before the server counts; isLine: an edge moves, so how far it does is worth saying. @type {{metres: number | null, warning: string, isLine: boolean}} */
let own = { metres: null, warning: '', isLine: false };
/** @type {any} */
let effect = null;
/** Measured when the words change in kind, not at every move: measuring lays the page out. @type {{frame: DOMRect, width: number, height: number} | null} */
let size = null;

export function startTooltip() {
  byId('map').append(box);
  hear('preview', (detail) => { effect = detail; size = null; if (shown) draw(); });
}

/**
 * @param {{x: number, y: number}} at container point of the cursor
 * @param {{metres?: number | null, warning?: string, isLine?: boolean}} says
 */
export function tipAt(at, { metres = null, warning = '', isLine = metres !== null }) {
  if (!shown || Boolean(warning) !== Boolean(own.warning)) size = null;
  own = { metres, warning, isLine };
  shown = true;
  draw();
  const { frame, width, height } = (size ??= { frame: byId('map').getBoundingClientRect(), width: box.offsetWidth, height: box.offsetHeight });
  const right = at.x + RIGHT_PX + width > frame.width - 8;
  const low = at.y + DOWN_PX + height > frame.height - 8;
  measureOut(box, 'left', `${Math.max(8, right ? at.x - RIGHT_PX - width : at.x + RIGHT_PX)}px`);
  measureOut(box, 'top', `${Math.max(8, low ? at.y - DOWN_PX - height : at.y + DOWN_PX)}px`);
}

export function hideTip() {
  shown = false;
  effect = null;
  box.hidden = true;
}

function draw() {
  const lines = own.warning ? [el('b', { class: 'tip-warn' }, own.warning)] : effect?.refused ? [el('b', { class: 'tip-warn' }, refusedWords(effect))] : effect ? effectLines(effect) : [el('span', { class: 'muted' }, t('planner.draw.counting'))];
  if ((own.warning || !effect) && own.metres !== null) lines.push(el('span', {}, t('planner.draw.line_moved', { m: metres(own.metres) })));
  box.hidden = false;
  fill(box, lines.map((line) => el('p', {}, line)));
}

/** The server's sentence is English; elsewhere the rule's own name says it. @param {any} it */
function refusedWords(it) {
  const rule = it.findings?.features?.[0]?.properties?.rule;
  return lang !== 'en' && rule && has(`rule.${rule}`) ? t(`rule.${rule}`) : plainCodes(it.refused);
}

/** @param {any} it EFFECT @returns {(HTMLElement)[]} */
function effectLines(it) {
  const moved = el('span', {}, el('b', {}, count('planner.draw.moved', it.moved, { n: number(it.moved) })), it.moved ? t('planner.draw.open', { n: number(it.open) }) : '');
  const [from, to] = wayOf(it);
  const households = it.households ? el('span', {}, from && to ? t('planner.draw.households_way', { n: number(it.households), from, to }) : t('planner.draw.households', { n: number(it.households) })) : null;
  const line = own.isLine ? own.metres ?? it.line_moved_m : 0;
  const ground = el('span', {}, `${areaKm2(it.area_m2)} km²`, line ? ` · ${t('planner.draw.line_moved', { m: metres(line) })}` : '');
  return /** @type {HTMLElement[]} */ ([moved, households, ground].filter(Boolean));
}

/** Short codes of the grid that gives ground and the one that takes it, where there are just two. @param {any} it EFFECT */
function wayOf(it) {
  const changed = (it.grids ?? []).filter((/** @type {any} */ grid) => grid.changed && grid.area_m2);
  if (changed.length !== 2) return [];
  const gives = changed.find((/** @type {any} */ grid) => grid.area_m2[1] < grid.area_m2[0]);
  const takes = changed.find((/** @type {any} */ grid) => grid.area_m2[1] > grid.area_m2[0]);
  return gives && takes ? [shortCode(gives.code), shortCode(takes.code)] : [];
}

/** Metres to 1, or to 0.1 under 10. @param {number} m */
export function metres(m) {
  return m < 10 ? decimal(m, 1) : number(m);
}
