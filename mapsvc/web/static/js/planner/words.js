// Words that several parts of the planner's desk share.
import { app } from '../app.js';
import { gridTitle, shortCode, t } from '../i18n.js';
import { plan } from './state.js';

/** Are edits taken? */
export function isOpen() {
  const status = plan.draft?.status;
  return status === 'open' || status === 'draft';
}

/** @param {string} status */
export function statusWords(status) {
  return t(`planner.status.${status}`);
}

/** A grid of the draft, or of the plan in force, by code. @param {string} code */
export function gridOf(code) {
  for (const grid of plan.grids.values()) if (grid.code === code) return grid;
  return app.grids.get(code);
}

/** "05 Lantern" for a code. @param {string} code */
export function gridName(code) {
  return gridTitle(gridOf(code), code);
}

/** A sentence of the server with its 15-figure codes as people say them. @param {string} text */
export function plainCodes(text) {
  return String(text ?? '').replace(/\b\d{15}\b/g, (code) => shortCode(code));
}

/** "05" for a code: where there is no room. @param {string} code */
export function gridShort(code) {
  return shortCode(code);
}
