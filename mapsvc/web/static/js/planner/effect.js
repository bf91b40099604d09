// What the move does: three figures, the table, load bars, checks and the reason. It shows the move under the hand, the last edit, or the whole draft.
import { setView } from '../app.js';
import { byId, el } from '../el.js';
import { decimal, number } from '../format.js';
import { count, t } from '../i18n.js';
import { troubleCard } from '../notice.js';
import { startChecks } from './checks.js';
import { loadEffect } from './drafts.js';
import { goal } from './goal.js';
import { startGrid } from './grid.js';
import { redraw } from './redraw.js';
import { hear, plan } from './state.js';
import { bars, table } from './table.js';
import { startWhy } from './why.js';

let whole = false;
/** @type {any} */
let trouble = null;
/** @type {HTMLElement} */
let head;

/** @param {HTMLElement} place */
export function startEffect(place) {
  head = el('div', { class: 'effect-head' });
  const grid = el('div');
  const checks = el('div', { class: 'pad part' });
  const why = el('div', { class: 'pad part' });
  place.append(grid, head, checks, why);
  startGrid(grid);
  startChecks(checks);
  startWhy(why);
  // Said aloud once for each edit, never for a preview.
  hear('effect', (last) => { if (last) byId('voice').textContent = `${count('planner.effect.voice', last.moved, { n: number(last.moved), open: number(last.open) })}`; });
  for (const event of ['preview', 'effect', 'goal']) hear(event, () => { trouble = null; soon(); });
  hear('effect_failed', (problem) => { trouble = problem; soon(); });
  show();
}

/** The effect that is shown, and of what. @returns {{effect: any, of: 'preview' | 'edit' | 'undo' | 'redo' | 'whole'}} */
export function shownEffect() {
  if (plan.preview) return { effect: plan.preview, of: 'preview' };
  if (!whole && plan.last) return { effect: plan.last, of: plan.last.by ?? 'edit' };
  return { effect: plan.effect, of: 'whole' };
}

let due = false;
/** Many previews come in a second: the panel is drawn once a frame at most. */
function soon() {
  if (due) return;
  due = true;
  requestAnimationFrame(() => { due = false; show(); });
}

function show() {
  const { effect, of } = shownEffect();
  if (!effect) redraw(head, el('div', { class: 'pad col' }, trouble ? troubleCard(trouble, t('planner.effect.failed'), loadEffect) : bones()));
  else {
    redraw(head, el('div', { class: 'pad' },
      el('div', { class: 'row between wrap' }, el('h1', { tabindex: '-1' }, t(`planner.effect.${of}`)), choice(of)),
      el('p', { class: 'muted small' }, t('planner.effect.counted', { s: decimal(Math.max(0.01, (effect.ms ?? 0) / 1000), 2), n: number(effect.incidents ?? 0) })),
      figures(effect, of)), effect.grids.some((/** @type {any} */ it) => it.changed) ? [table(effect), bars(effect)] : el('p', { class: 'pad muted' }, t('planner.effect.none')));
  }
}

function bones() {
  return [el('h1', { tabindex: '-1' }, t('planner.effect.whole')), el('p', { class: 'sr' }, t('loading')), ...[1, 2, 3, 4].map(() => el('span', { class: 'bone' }))];
}

/** This edit or the whole draft. @param {string} of */
function choice(of) {
  if (!plan.last) return null;
  const button = (/** @type {boolean} */ all, /** @type {string} */ key) => el('button', {
    class: `chip${all === (of === 'whole') ? ' on' : ''}`, type: 'button', data: { id: key }, aria: { pressed: all === (of === 'whole') }, on: { click: () => { whole = all; show(); } },
  }, t(key));
  return el('div', { class: 'row', role: 'group', aria: { label: t('planner.effect.of') } }, button(false, 'planner.effect.this'), button(true, 'planner.effect.all'));
}

/** @param {any} effect @param {string} of */
function figures(effect, of) {
  const list = of === 'edit' ? `@edit=${plan.draft?.position ?? 0}` : '';
  const canOpen = of === 'whole' || of === 'edit';
  const open = (/** @type {string} */ name) => () => setView({ sel: `list:${name}${list}` });
  const load = effect.load ?? {};
  return el('div', { class: 'stat3' },
    figure('moved', number(effect.moved), canOpen ? open('moved') : null, [count('planner.figure.moved', effect.moved, {}), ' ',
      canOpen && effect.open ? el('button', { class: 'link', type: 'button', data: { id: 'figure-open' }, on: { click: open('moved_open') } }, t('planner.figure.open', { n: number(effect.open) })) : t('planner.figure.open', { n: number(effect.open) })]),
    figure('ground', number(effect.households), canOpen ? () => setView({ sel: 'list:ground' }) : null, [count('planner.figure.households', effect.households, {})]),
    figure('grids', load.ratio === null || load.ratio === undefined ? '–' : decimal(load.ratio, 2), canOpen ? () => setView({ sel: 'list:grids' }) : null, [
      load.was_ratio === null || load.was_ratio === undefined ? t('planner.figure.ratio_none') : t('planner.figure.ratio', { was: decimal(load.was_ratio, 2), goal: decimal(1 + goal(), 2) })]));
}

/** A big number that opens what it counts; during a drag it only shows. @param {string} id @param {string} shown @param {(() => void) | null} open @param {(Node | string)[]} words */
function figure(id, shown, open, words) {
  return el('div', { class: 'figure', data: { figure: id } },
    open ? el('button', { class: 'fig', type: 'button', data: { id: `figure-${id}` }, aria: { label: `${shown} ${words.map((it) => (it instanceof Node ? it.textContent : it)).join(' ')}` }, on: { click: open } }, el('span', { class: 'figlink' }, shown)) : el('span', { class: 'fig' }, shown),
    el('span', { class: 'fig-word small' }, words));
}
