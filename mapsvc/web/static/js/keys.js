// Keys of the command desk. Letters work outside fields, can be switched off, and `?` lists them.
import { addressOf, app, isWall, setView } from './app.js';
import { byId, el, fill } from './el.js';
import { t } from './i18n.js';
import { toggleLayer, CHIPS } from './filter.js';
import { otherLanguage } from './live.js';
import { goHome, zoomBy } from './map.js';
import { closePopover } from './popover.js';
import { showAll } from './strip.js';
import { toggleWall } from './wall.js';

const OFF = 'mapsvc.keys';

/** key -> [what it does, the message that says so] @type {Record<string, [() => void, string]>} */
const KEYS = {
  a: [showAll, 'keys.a'],
  q: [() => focusFirst('#rail .needs button, #rail ul button'), 'keys.q'],
  f: [() => byId('filter')?.click(), 'keys.f'],
  g: [() => focusFirst('#panel .gridtable button, #panel table button'), 'keys.g'],
  c: [() => pressCase('c'), 'keys.c'],
  b: [() => pressCase('b'), 'keys.b'],
  r: [() => pressCase('r'), 'keys.r'],
  u: [() => pressCase('u'), 'keys.u'],
  w: [toggleWall, 'keys.w'],
  l: [() => { location.href = otherLanguage(); }, 'keys.l'],
  h: [() => { location.href = addressOf(app.deskName === 'command' ? '/hotspots' : '/command'); }, 'keys.h'],
  '.': [() => byId('replay')?.click(), 'keys.replay'],
  '+': [() => zoomBy(1), 'keys.plus'],
  '=': [() => zoomBy(1), ''],
  '-': [() => zoomBy(-1), 'keys.minus'],
  0: [goHome, 'keys.home'],
  '?': [help, 'keys.help'],
};

export function startKeys() {
  byId('help').addEventListener('click', help);
  document.addEventListener('keydown', press);
}

/** @param {string} selector */
function focusFirst(selector) {
  document.body.classList.add(selector.startsWith('#rail') ? 'rail-open' : 'panel-open');
  /** @type {HTMLElement | null} */ (document.querySelector(selector))?.focus();
}

/** A button of the open incident's card, where the card has it. @param {string} key */
function pressCase(key) {
  /** @type {HTMLElement | null} */ (document.querySelector(`#panel [data-key="${key}"]:not(:disabled)`))?.click();
}

/** Enter on the open card leads to its main button; the button itself then does it, as any button. @param {KeyboardEvent} event */
function toMain(event) {
  const at = /** @type {HTMLElement} */ (event.target);
  if (at !== document.body && at.tagName !== 'H1' && at.id !== 'panel') return;
  const main = /** @type {HTMLElement | null} */ (document.querySelector('#panel [data-main]:not(:disabled)'));
  if (!main) return;
  event.preventDefault();
  main.focus();
  main.scrollIntoView({ block: 'nearest' });
}

/** @param {KeyboardEvent} event */
function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Escape') { escape(); return; }
  const field = /** @type {HTMLElement} */ (event.target).closest?.('input, select, textarea, [contenteditable]');
  if (field || lettersOff()) return;
  if (event.key === 'Enter') { toMain(event); return; }
  const layer = CHIPS.find(([, digit]) => digit === event.key);
  if (layer) { toggleLayer(layer[0]); return; }
  const action = KEYS[event.key.toLowerCase()];
  if (!action || !app.desk) return;
  event.preventDefault();
  action[0]();
}

function escape() {
  if (closePopover()) return;
  if (app.view.sel) setView({ sel: '' });
  else if (document.body.classList.contains('panel-open')) document.body.classList.remove('panel-open');
  else if (isWall()) toggleWall();
}

function lettersOff() {
  try {
    return localStorage.getItem(OFF) === 'off';
  } catch {
    return false; // storage may be forbidden: the keys then stay on
  }
}

function help() {
  const dialog = /** @type {HTMLDialogElement} */ (byId('help-dialog'));
  if (dialog.open) { dialog.close(); return; }
  const rows = [...Object.entries(KEYS).filter(([, [, words]]) => words).map(([key, [, words]]) => [key.toUpperCase(), t(words)]), ['1-6', t('keys.layers')], ['↑ ↓', t('keys.updown')], ['Enter', t('keys.enter')], ['Enter', t('keys.main')], ['Esc', t('keys.esc')]];
  const off = /** @type {HTMLInputElement} */ (el('input', { type: 'checkbox', checked: !lettersOff(), on: { change: () => { try { localStorage.setItem(OFF, off.checked ? 'on' : 'off'); } catch { /* not kept, then */ } } } }));
  fill(dialog, el('h2', {}, t('keys.title')), el('dl', { class: 'keylist' }, rows.flatMap(([key, words]) => [el('dt', {}, el('kbd', {}, key)), el('dd', {}, words)])),
    el('label', { class: 'check' }, off, t('keys.on')), el('p', {}, el('button', { class: 'btn pri', type: 'button', on: { click: () => dialog.close() } }, t('close'))));
  dialog.showModal();
}
