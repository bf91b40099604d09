// Edits of ours that gave way to another planner's: kept for this tab, so that nothing drawn is lost without a word.
import { plan, tell } from './state.js';

const MOST = 20;
/** @typedef {{command: any, reason: string, detail: string, findings: any}} Lost */

/** @returns {string} */
function name() {
  return `mapsvc.lost.${plan.draft?.id ?? ''}`;
}

/** @returns {Lost[]} newest first */
export function lostEdits() {
  try {
    return JSON.parse(sessionStorage.getItem(name()) ?? '[]');
  } catch {
    return []; // storage may be forbidden
  }
}

/** @param {Lost} lost */
export function keepLost(lost) {
  try { sessionStorage.setItem(name(), JSON.stringify([lost, ...lostEdits()].slice(0, MOST))); } catch { /* not kept, then */ }
  tell('kept_lost');
}
