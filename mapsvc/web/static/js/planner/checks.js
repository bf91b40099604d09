// The checks: is the map whole, what was found and what can be done about it, which hot cells the line cuts, how far the posts get.
import { el } from '../el.js';
import { number } from '../format.js';
import { icon } from '../icons.js';
import { lang, t } from '../i18n.js';
import { ruleWords } from './conflict.js';
import { shownEffect } from './effect.js';
import { found, goTo, keep, snap } from './findings.js';
import { askReason } from './reason.js';
import { redraw } from './redraw.js';
import { hear, plan } from './state.js';
import { gridName, gridShort, isOpen, plainCodes } from './words.js';

const SHOWN_MOST = 12;
/** Told by the effect itself, in figures. */
const TOLD_BY_EFFECT = new Set(['hot_cell_cut', 'farther_from_post']);
const HOT_MOST = 4;

/** @param {HTMLElement} place */
export function startChecks(place) {
  /** @type {any} */
  let refused = null;
  const draw = () => show(place, refused);
  hear('preview', (detail) => { refused = detail?.refused ? detail : null; draw(); });
  for (const event of ['effect', 'found', 'draft']) hear(event, draw);
  draw();
}

/** @param {HTMLElement} place @param {any} refused */
function show(place, refused) {
  // A reason being written stays under the hand.
  if (place.querySelector('.reason-form')) return;
  const previewed = plan.preview?.findings?.features;
  const features = (previewed ?? found).filter((/** @type {any} */ it) => !TOLD_BY_EFFECT.has(it.properties.rule));
  const { effect } = shownEffect();
  redraw(place,
    el('div', { class: 'row between wrap' }, el('h2', {}, t('planner.checks')), refused ? null : wholeWords()),
    el('div', { class: 'col tight' },
      refused ? el('div', { class: 'note refusal' }, el('b', {}, t('planner.would_refuse'), ' '), ruleWords(refused.findings?.features ?? []), el('span', { lang: 'en' }, plainCodes(refused.refused))) : null,
      features.slice(0, SHOWN_MOST).map((/** @type {any} */ it, /** @type {number} */ i) => card(it, i + 1, !previewed)),
      features.length > SHOWN_MOST ? el('p', { class: 'muted small' }, t('planner.finding.more', { n: number(features.length - SHOWN_MOST) })) : null,
      hotNotes(effect), postNotes(effect)));
}

/** Is the map whole? @returns {HTMLElement | null} */
export function wholeWords() {
  const checks = plan.draft?.checks;
  if (!checks) return null;
  const gaps = Number(checks.gaps ?? 0);
  if (gaps) return el('span', { class: 'verdict warn' }, icon('warn'), t('planner.checks.gaps', { n: number(gaps) }));
  return el('span', { class: 'verdict ok' }, icon('check'), t('planner.checks.whole'));
}

/** @param {any} finding @param {number} n @param {boolean} canAct */
export function card(finding, n, canAct) {
  const it = finding.properties;
  const answered = it.kept || it.accepted;
  const warns = it.open || it.severity === 'warning';
  const node = el('div', { class: `note finding${warns && !answered ? ' warn' : ''}`, data: { key: it.key ?? '', rule: it.rule } },
    el('p', {}, el('b', {}, `${n} `, lang === 'zh' ? t(`rule.${it.rule}`) : '', lang === 'zh' ? t('colon') : ''), el(lang === 'zh' ? 'span' : 'b', { lang: 'en' }, plainCodes(it.message))),
    answered ? el('p', { class: 'small' }, t('findings.kept', { reason: answered })) : null);
  const buttons = el('p', { class: 'row wrap' },
    canAct && isOpen() && it.rule === 'beside_street' ? el('button', { class: 'btn', type: 'button', on: { click: () => snap(finding) } }, t('planner.finding.snap')) : null,
    canAct && isOpen() && it.key && !answered ? el('button', { class: 'btn', type: 'button', on: { click: () => giveReason(node, buttons, finding) } }, t('planner.finding.keep')) : null,
    finding.geometry ? el('button', { class: 'btn quiet', type: 'button', on: { click: () => goTo(finding.geometry) } }, t('planner.finding.go')) : null);
  if (buttons.children.length) node.append(buttons);
  return node;
}

/** @param {HTMLElement} node @param {HTMLElement} buttons @param {any} finding */
function giveReason(node, buttons, finding) {
  buttons.hidden = true;
  node.append(askReason(t('planner.finding.why'), t('planner.finding.keep_now'), async (reason) => { if (await keep(finding, reason)) node.querySelector('.reason-form')?.remove(); },
    () => { buttons.hidden = false; }));
}

/** @param {any} effect */
function hotNotes(effect) {
  return (effect?.hot_cells ?? []).slice(0, HOT_MOST).map((/** @type {any} */ cell) => {
    const parts = Object.entries(cell.parts ?? {}).map(([code, n]) => t('planner.hot.part', { grid: gridShort(code), n: number(Number(n)) })).join(t('list_comma'));
    return el('p', { class: 'note' }, el('b', {}, t('planner.hot.cut')), ' ', t('planner.hot.parts', { n: number(cell.count), parts }));
  });
}

/** @param {any} effect */
function postNotes(effect) {
  const farther = (effect?.grids ?? []).filter((/** @type {any} */ it) => it.changed && it.farthest_m && Math.round(it.farthest_m[0] ?? 0) !== Math.round(it.farthest_m[1] ?? 0));
  return farther.slice(0, HOT_MOST).map((/** @type {any} */ it) => el('p', { class: 'note' }, el('b', {}, t('planner.post_distance')), ' ',
    t('planner.post_distance.words', { grid: gridName(it.code), was: it.farthest_m[0] === null ? '–' : number(Math.round(it.farthest_m[0])), now: it.farthest_m[1] === null ? '–' : number(Math.round(it.farthest_m[1])) })));
}
