// Keys of the planner's panel: compare, next finding, send; and the list of all keys. Those of the map's tools are in keys.js.
import { app, setView } from '../app.js';
import { byId, el, fill } from '../el.js';
import { lang, t } from '../i18n.js';
import { toggleCompare } from './compare.js';
import { nextFinding } from './findings.js';
import { sendNow } from './review.js';
import { TOOLS } from './toolbar.js';

const OFF = 'mapsvc.keys';

export function startPanelKeys() {
  byId('help').addEventListener('click', help);
  document.addEventListener('keydown', press);
}

/** @param {KeyboardEvent} event */
function press(event) {
  if (event.defaultPrevented || document.querySelector('dialog[open]')) return;
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); sendNow(); return; }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const field = /** @type {HTMLElement} */ (event.target).closest?.('input, select, textarea, [contenteditable]');
  if (event.key === 'Escape' && !field && app.view.sel.startsWith('list:')) { setView({ sel: '' }); return; }
  if (field || lettersOff()) return;
  const action = ACTIONS[event.key.toLowerCase()];
  if (!action) return;
  event.preventDefault();
  action();
}

/** @type {Record<string, () => void>} */
const ACTIONS = { k: toggleCompare, ']': nextFinding, '?': help };

function lettersOff() {
  try {
    return localStorage.getItem(OFF) === 'off';
  } catch {
    return false; // storage may be forbidden: the keys then stay on
  }
}

function help() {
  const dialog = /** @type {HTMLDialogElement} */ (byId('help-dialog'));
  const rows = [
    ...TOOLS.map(([name, key]) => [key, t(`planner.tool.${name}.hint`)]), ['N', t('planner.tool.snap.hint')],
    ['Tab', t('planner.keys.tab')], ['← ↑ → ↓', t('planner.keys.arrows')], ['Enter', t('planner.keys.enter')], ['Del', t('planner.keys.del')], ['Insert', t('planner.keys.insert')], ['Space', t('planner.keys.space')], ['Esc', t('planner.keys.esc')],
    ['Ctrl Z', t('planner.undo')], ['Ctrl Y', t('planner.redo')], ['K', t('planner.compare')], [']', t('planner.keys.next')], ['Ctrl Enter', t('planner.send')], ['?', t('keys.help')]];
  const off = /** @type {HTMLInputElement} */ (el('input', { type: 'checkbox', checked: !lettersOff(), on: { change: () => { try { localStorage.setItem(OFF, off.checked ? 'on' : 'off'); } catch { /* not kept, then */ } } } }));
  fill(dialog, el('h2', {}, t('planner.keys')), el('dl', { class: 'keylist wide', lang }, rows.flatMap(([key, words]) => [el('dt', {}, el('kbd', {}, key)), el('dd', {}, words)])),
    el('label', { class: 'check' }, off, t('keys.on')), el('p', {}, el('button', { class: 'btn pri', type: 'button', on: { click: () => dialog.close() } }, t('close'))));
  dialog.showModal();
}
