// What stands in the way of an edit: it was refused, or another planner changed the same line. Both are answered here, above everything else.
import { byId, el, fill } from '../el.js';
import { icon } from '../icons.js';
import { has, lang, t } from '../i18n.js';
import { toast } from '../notice.js';
import { edit, refresh, write } from './drafts.js';
import { boxOf, goTo } from './findings.js';
import { keepLost } from './lost.js';
import { askReason } from './reason.js';
import { hear, tell } from './state.js';
import { plainCodes } from './words.js';

/** Rules that a reason can lift: a grid in two pieces. */
const PIECES = new Set(['multipart']);

/** @type {HTMLElement} */
let place;

/** @param {HTMLElement} where */
export function startConflict(where) {
  place = where;
  hear('refused', refusal);
  hear('conflict', (detail) => { if (detail) conflict(detail); });
  hear('shapes', (changed) => { if (changed) clear(); });
}

/** Nothing stands in the way any more. */
export function clear() {
  if (!place.children.length) return;
  fill(place);
  tell('conflict', null);
}

/** @param {any} findings */
function features(findings) {
  return findings?.features ?? [];
}

/** The rules in the reader's language where the server's sentence is not. @param {any[]} all */
export function ruleWords(all) {
  if (lang === 'en') return null;
  const rules = [...new Set(all.map((one) => one.properties.rule))].filter((rule) => has(`rule.${rule}`));
  return rules.length ? el('p', {}, el('b', {}, rules.map((rule) => t(`rule.${rule}`)).join(t('list_comma')))) : null;
}

/** @param {{detail: string, findings: any, command: any, reason: string}} it */
function refusal(it) {
  const all = features(it.findings);
  const pieces = all.some((/** @type {any} */ one) => PIECES.has(one.properties.rule)) || /pieces_reason/.test(JSON.stringify(it.detail));
  const where = all.find((/** @type {any} */ one) => one.geometry);
  const card = el('section', { class: 'pad alertcard', role: 'alert' }, el('h1', { tabindex: '-1' }, t(pieces ? 'planner.pieces' : 'planner.refused')),
    el('div', { class: 'note refusal' }, ruleWords(all), el('p', { lang: 'en' }, el('b', {}, plainCodes(it.detail))), all.filter((/** @type {any} */ one) => one.properties.message !== it.detail).slice(0, 4).map((/** @type {any} */ one) => el('p', { lang: 'en' }, plainCodes(one.properties.message)))),
    pieces && it.command ? askReason(t('planner.pieces.why'), t('planner.pieces.keep'), async (reason) => { await edit({ ...it.command, pieces_reason: reason }, { reason: it.reason || reason }); }, clear)
      : el('p', { class: 'row wrap' }, where ? el('button', { class: 'btn pri', type: 'button', on: { click: () => goTo(where.geometry) } }, t('planner.finding.go')) : null,
        el('button', { class: 'btn', type: 'button', on: { click: clear } }, t('close'))));
  fill(place, card);
  byId('panel').scrollTop = 0;
}

/** @param {{detail: string, findings: any, command?: any, reason?: string, mergeable?: boolean, sketch?: any, again?: any}} it */
function conflict(it) {
  const where = features(it.findings).filter((/** @type {any} */ one) => one.geometry);
  const shapes = [...where.map((/** @type {any} */ one) => one.geometry), ...(it.sketch ? [it.sketch] : [])];
  const show = () => { const bbox = shapes.length ? boxOf({ type: 'GeometryCollection', geometries: shapes }) : null; if (bbox) tell('goto', { bbox }); };
  fill(place, el('section', { class: 'pad alertcard', role: 'alert' }, el('h1', { tabindex: '-1' }, t('planner.conflict')),
    el('p', { lang: 'en' }, plainCodes(it.detail)), el('p', { class: 'small' }, t('planner.conflict.saved')),
    el('p', { class: 'row wrap' },
      shapes.length ? el('button', { class: 'btn on', type: 'button', on: { click: show } }, t('planner.conflict.show')) : null,
      it.mergeable && it.command ? el('button', { class: 'btn pri', type: 'button', on: { click: () => edit(it.command, { reason: it.reason, merge: true }) } }, t('planner.conflict.merge')) : null,
      el('button', { class: 'btn', type: 'button', on: { click: () => drop(it) } }, t(it.command ? 'planner.conflict.theirs' : 'close')),
      it.again ? el('button', { class: 'btn', type: 'button', on: { click: () => again(it) } }, t('planner.conflict.mine')) : null),
    it.command ? el('p', { class: 'muted small' }, t('planner.conflict.loser')) : null));
  byId('panel').scrollTop = 0;
  show();
}

/** Their line holds; ours stays in the history of lost edits. @param {any} it */
function drop(it) {
  if (it.command) {
    keepLost({ command: it.command, reason: it.reason ?? '', detail: it.detail, findings: it.findings });
    toast(t('planner.conflict.dropped'));
  }
  clear();
}

/** Our line is drawn once more, on the map as it is now. @param {any} it */
async function again(it) {
  clear();
  await refresh();
  await edit(it.again, { reason: it.reason });
}

/** Bring the draft onto the edition that came into force meanwhile. */
export async function rebase() {
  try {
    await write('POST', '/rebase');
    toast(t('planner.rebased'));
    await refresh();
  } catch (problem) {
    const { status, message, body } = /** @type {any} */ (problem);
    if (status === 409) tell('conflict', { detail: message, findings: body?.findings });
    else toast(message);
  }
}
