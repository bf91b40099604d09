// The goal of the balance: no grid more than this share above or below the mean load.
import { tell } from './state.js';

const KEPT = 'mapsvc.within';
const USUAL = 0.05;
let within = kept();

function kept() {
  try {
    const share = Number(localStorage.getItem(KEPT));
    return share > 0 && share <= 1 ? share : USUAL;
  } catch {
    return USUAL; // storage may be forbidden
  }
}

/** A share of the mean load. */
export function goal() {
  return within;
}

/** @param {number} share */
export function setGoal(share) {
  within = share;
  try { localStorage.setItem(KEPT, String(share)); } catch { /* not kept, then */ }
  tell('goal', share);
}
