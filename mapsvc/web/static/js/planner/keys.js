// Keys of the planner's map: a letter for each tool, undo and redo; what is left goes to the tool in hand.
import { cancel } from './drag.js';
import { redo, undo } from './drafts.js';
import { app } from '../app.js';
import { goHome, zoomBy } from '../map.js';
import { change, plan } from './state.js';
import { isOpen } from './words.js';

const OFF = 'mapsvc.keys';

/** @type {Record<string, string>} */
const TOOLS = { v: 'pick', e: 'edge', r: 'reshape', s: 'split', m: 'merge', t: 'transfer', l: 'lock' };

export function startMapKeys() {
  document.addEventListener('keydown', press);
}

/** @param {KeyboardEvent} event */
function press(event) {
  if (event.defaultPrevented || inField(event) || document.querySelector('dialog[open]')) return;
  const key = event.key.toLowerCase();
  if ((event.ctrlKey || event.metaKey) && !event.altKey) {
    const way = key === 'z' ? (event.shiftKey ? redo : undo) : key === 'y' ? redo : null;
    if (way && isOpen()) { event.preventDefault(); cancel(); way(); }
    return;
  }
  if (event.altKey || lettersOff()) return;
  if (key === 'n') change({ snapping: !plan.snapping }, 'snapping');
  else if (key === '0') goHome();
  else if (key === '-' || key === '=' || (key === '+' && !onHandle(event))) zoomBy(key === '-' ? -1 : 1);
  else if (TOOLS[key] && (isOpen() || key === 'v')) {
    change({ tool: TOOLS[key] }, 'tool');
    // The next keys are meant for the map: arrows, Space, Enter.
    app.map.getContainer().focus({ preventScroll: true });
  } else return;
  event.preventDefault();
}

/** There "+" adds a vertex. @param {KeyboardEvent} event */
function onHandle(event) {
  return Boolean(/** @type {Element} */ (event.target).closest?.('.handle'));
}

/** @param {KeyboardEvent} event */
function inField(event) {
  return Boolean(/** @type {HTMLElement} */ (event.target).closest?.('input, select, textarea, [contenteditable]'));
}

function lettersOff() {
  try {
    return localStorage.getItem(OFF) === 'off';
  } catch {
    return false; // storage may be forbidden: the keys then stay on
  }
}
