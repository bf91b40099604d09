// Merge: click two or more neighbours, choose which of them stays, and they are one grid.
import { el } from '../../el.js';
import { gridTitle, shortCode, t } from '../../i18n.js';
import { button, complain, say } from '../bar.js';
import { edit, endPreview, preview } from '../drafts.js';
import { holdGrids } from '../names.js';
import { toSpot } from '../screen.js';
import { gridAt, gridOf, neighboursOf } from '../shapes.js';
import { hear, plan } from '../state.js';

/** In the order of the clicks. @type {string[]} */
let codes = [];
let survivor = '';
let inUse = false;

const select = /** @type {HTMLSelectElement} */ (el('select', { class: 'field', on: { change: () => { survivor = select.value; show(); } } }));
const choice = el('label', { class: 'bar-choice' });

/** @type {import('../mapview.js').Tool} */
export const mergeTool = {
  cross: true,
  start() {
    inUse = true;
    codes = plan.chosen?.kind === 'grid' && plan.chosen.code ? [plan.chosen.code] : [];
    survivor = codes[0] ?? '';
    show();
  },
  stop() {
    inUse = false;
    codes = [];
    holdGrids([]);
    endPreview();
  },
  click(point) {
    const spot = toSpot(point);
    const grid = gridAt(spot.x, spot.y);
    if (!grid) return;
    if (codes.includes(grid.code)) codes = codes.filter((it) => it !== grid.code);
    else if (codes.length && !codes.some((it) => neighboursOf(it).has(grid.code))) {
      complain(t('planner.draw.merge_apart', { grid: gridTitle(grid), others: codes.map(shortCode).join(', ') }));
      return;
    } else codes.push(grid.code);
    if (!codes.includes(survivor)) survivor = codes[0] ?? '';
    show();
  },
  key(event) {
    if (event.key === 'Enter' && codes.length > 1) { merge(); return true; }
    if (event.key === 'Backspace' && codes.length) { codes.pop(); show(); return true; }
    if (event.key === 'Escape' && codes.length) { codes = []; show(); return true; }
    return false;
  },
};

hear('shapes', (detail) => {
  if (!inUse || !detail) return;
  codes = codes.filter((code) => gridOf(code));
  show();
});

function show() {
  holdGrids(codes);
  if (codes.length < 2) {
    endPreview();
    const first = gridOf(codes[0] ?? '');
    say(first ? t('planner.draw.merge_next', { grid: gridTitle(first) }) : t('planner.draw.merge_start'));
    return;
  }
  if (!codes.includes(survivor)) survivor = codes[0];
  select.replaceChildren(...codes.map((code) => el('option', { value: code, selected: code === survivor }, gridTitle(gridOf(code), code))));
  select.value = survivor;
  choice.replaceChildren(t('planner.draw.survivor'), ' ', select);
  say(t('planner.draw.merge_on', { n: codes.length, grids: codes.map(shortCode).join(', ') }), [choice, button(t('planner.draw.merge_do'), merge, { pri: true, key: 'Enter' }), button(t('planner.draw.drop'), () => { codes = []; show(); }, { key: 'Esc' })]);
  preview({ kind: 'merge', codes, survivor });
}

async function merge() {
  if (await edit({ kind: 'merge', codes: [...codes], survivor })) { codes = []; if (inUse) show(); }
}
