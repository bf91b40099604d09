// Transfer: whole blocks or buildings by a click each, or all ground inside a drawn ring, go to the grid that is chosen to receive them.
import { app } from '../../app.js';
import { el } from '../../el.js';
import { number } from '../../format.js';
import { count, gridTitle, t } from '../../i18n.js';
import { button, complain, say } from '../bar.js';
import { cellAt, chosenCells, clearCells, showCells, toggleCell } from '../cells.js';
import { edit, endPreview, preview } from '../drafts.js';
import { toSpot } from '../screen.js';
import { edgeNear, gridAt, gridOf, shapesOf, toSteps } from '../shapes.js';
import { hear, plan } from '../state.js';
import { hideTip, tipAt } from '../tooltip.js';
import { Drawing, besideOf } from '../drawing.js';

/** @type {'block' | 'building' | 'ring'} */
let mode = 'block';
let to = '';
/** Did the planner choose the receiver, or do we still guess it? */
let isChosen = false;
let inUse = false;

const drawing = new Drawing({ ring: true, changed: show, done: send });
const select = /** @type {HTMLSelectElement} */ (el('select', { class: 'field', on: { change: () => { to = select.value; isChosen = true; show(); } } }));
const receiver = el('label', { class: 'bar-choice' }, t('planner.draw.receiver'), ' ', select);
const modes = el('div', { class: 'bar-modes', role: 'group', 'aria-label': t('planner.draw.transfer_by') },
  /** @type {const} */ (['block', 'building', 'ring']).map((it) => el('button', { class: 'chip', type: 'button', data: { mode: it }, on: { click: () => setMode(it) } }, t(`planner.draw.by.${it}`))));
const finish = button(t('planner.draw.transfer_do'), send, { pri: true, key: 'Enter' });
const drop = button(t('planner.draw.drop'), reset, { key: 'Esc' });

/** @type {import('../mapview.js').Tool} */
export const transferTool = {
  cross: true,
  start() { inUse = true; setMode(mode); },
  stop() { inUse = false; drawing.clear(); clearCells(); showCells(null); hideTip(); endPreview(); },
  hover(point) { if (mode === 'ring') drawing.hover(point); },
  click(point) {
    if (mode === 'ring') { drawing.click(point); return; }
    const cell = cellAt(toSpot(point));
    if (!cell) { complain(t(`planner.draw.no_cell.${mode}`)); return; }
    toggleCell(cell.id);
    if (!isChosen) guessFor(cell);
    show();
  },
  twice() { if (mode === 'ring' && drawing.points.length > 2) { drawing.next = null; show(); } },
  key(event) {
    if (mode === 'ring' && event.key !== 'Enter') return drawing.key(event);
    if (event.key === 'Enter' && isReady()) { send(); return true; }
    if (event.key === 'Escape' && chosenCells().length) { reset(); return true; }
    return false;
  },
};

hear('shapes', (detail) => { if (inUse && detail) { drawing.clear(); clearCells(); showCells(mode === 'ring' ? null : mode); show(); } });
hear('cells', () => { if (inUse) show(); });

/** @param {'block' | 'building' | 'ring'} next */
function setMode(next) {
  mode = next;
  for (const node of modes.children) { const on = /** @type {HTMLElement} */ (node).dataset.mode === mode; node.classList.toggle('on', on); node.setAttribute('aria-pressed', String(on)); }
  showCells(mode === 'ring' ? null : mode);
  reset();
}

function reset() {
  drawing.clear();
  clearCells();
  isChosen = false;
  to = plan.chosen?.kind === 'grid' && plan.chosen.code ? plan.chosen.code : '';
  isChosen = Boolean(to);
  show();
}

function isReady() {
  return Boolean(to) && (mode === 'ring' ? drawing.points.length > 2 : chosenCells().length > 0);
}

function command() {
  if (mode !== 'ring') return { kind: 'transfer_blocks', ids: chosenCells().map((it) => it.id), to };
  const line = drawing.line;
  return { kind: 'transfer', area: { type: 'Polygon', coordinates: [[...line, line[0]]] }, to };
}

function show() {
  if (!inUse) return;
  if (mode === 'ring' && drawing.points.length && !isChosen) to = gridAt(drawing.points[0].x, drawing.points[0].y)?.code ?? to;
  const begun = mode === 'ring' ? drawing.points.length > 0 : chosenCells().length > 0;
  const grids = [...plan.grids.values()].filter((it) => !it.locked).sort((a, b) => (a.code < b.code ? -1 : 1));
  if (select.options.length !== grids.length || select.dataset.for !== String(plan.draft?.revision)) {
    select.dataset.for = String(plan.draft?.revision);
    select.replaceChildren(...grids.map((it) => el('option', { value: it.code }, gridTitle(it))));
  }
  select.value = to;
  finish.toggleAttribute('disabled', !isReady());
  say(words(begun), [modes, begun ? receiver : null, begun ? finish : null, begun ? drop : null]);
  const usable = mode === 'ring' ? drawing.points.length > 1 && drawing.line.length > 2 : begun;
  if (!usable || !to) { hideTip(); endPreview(); return; }
  const at = mode === 'ring' ? besideOf(drawing) : null;
  if (at) tipAt(at, {});
  preview(command());
}

/** @param {boolean} begun */
function words(begun) {
  if (mode === 'ring') return begun ? t('planner.draw.ring_on', { n: drawing.points.length }) : t('planner.draw.ring_start');
  if (!begun) return t(`planner.draw.cells_start.${mode}`);
  const cells = chosenCells();
  return count(`planner.draw.cells_on.${mode}`, cells.length, { n: cells.length, households: number(cells.reduce((sum, it) => sum + (it.households ?? 0), 0)) });
}

/** The grid across the nearest edge of the one that gives the cell. @param {{grid: string, at: [number, number]}} cell */
function guessFor(cell) {
  const giver = gridOf(cell.grid);
  const middle = toSteps(cell.at[0], cell.at[1]);
  const edge = giver ? edgeNear(middle, Infinity, Math.cos((cell.at[1] * Math.PI) / 180), shapesOf(giver.number).filter((it) => it.left >= 0 && it.right >= 0)) : null;
  if (!edge || !giver) return;
  to = plan.grids.get(edge.shape.left === giver.number ? edge.shape.right : edge.shape.left)?.code ?? to;
}

async function send() {
  if (!isReady()) { if (!to && drawing.points.length) complain(t('planner.draw.no_receiver')); return; }
  hideTip();
  drawing.next = null;
  const wanted = command();
  app.map.getContainer().focus({ preventScroll: true });
  if (await edit(wanted)) { if (inUse) reset(); }
}
