// The line under the map that says what the tool in hand waits for, with its buttons.
import { byId, el, fill } from '../el.js';

const words = el('p', { class: 'bar-words', role: 'status', 'aria-live': 'polite' });
const buttons = el('div', { class: 'bar-buttons' });
const bar = el('div', { class: 'drawbar', hidden: true }, words, buttons);
let said = '';
/** @type {ReturnType<typeof setTimeout> | undefined} */
let fading;

export function startBar() {
  byId('map').append(bar);
  // A click on the bar is no click on the map.
  L.DomEvent.disableClickPropagation(bar);
}

/** @param {string} sentence '' hides the bar @param {(Node | null | false)[]} [parts] its buttons and choices */
export function say(sentence, parts = []) {
  clearTimeout(fading);
  bar.classList.remove('bad');
  bar.hidden = !sentence;
  if (sentence !== said) words.textContent = sentence;
  said = sentence;
  const kept = parts.filter(Boolean);
  // The same buttons stay, so that the focus stays on them.
  if (kept.length !== buttons.children.length || kept.some((it, i) => it !== buttons.children[i])) fill(buttons, .../** @type {Node[]} */ (kept));
}

/** A sentence about what went wrong, in place of the other for a while. @param {string} sentence */
export function complain(sentence) {
  clearTimeout(fading);
  const before = said;
  bar.hidden = false;
  bar.classList.add('bad');
  words.textContent = sentence;
  fading = setTimeout(() => { bar.classList.remove('bad'); words.textContent = before; bar.hidden = !before; }, 8000);
}

/** @param {string} text @param {() => void} press @param {{pri?: boolean, key?: string, off?: boolean}} [how] */
export function button(text, press, { pri = false, key = '', off = false } = {}) {
  return el('button', { class: `btn${pri ? ' pri' : ''}`, type: 'button', disabled: off, on: { click: press } }, text, key ? ' ' : null, key ? el('kbd', {}, key) : null);
}
