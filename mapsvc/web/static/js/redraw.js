// Drawing a part anew without taking the focus away: what had it is found again by its name.
import { fill } from './el.js';

/** @param {Element | null} node */
function nameOf(node) {
  for (const name of ['data-id', 'name', 'id']) {
    const value = node?.getAttribute(name);
    if (value) return `[${name}="${CSS.escape(value)}"]`;
  }
  return '';
}

/** Replace what an element holds; the control that had the focus has it again, with what was typed so far. @param {HTMLElement} place @param {...any} children */
export function redraw(place, ...children) {
  const active = document.activeElement;
  const name = active && active !== place && place.contains(active) ? nameOf(active) : '';
  fill(place, ...children);
  if (!name) return;
  const again = /** @type {HTMLElement | null} */ (place.querySelector(name));
  if (active instanceof HTMLInputElement && again instanceof HTMLInputElement && again.type === active.type && !again.disabled) again.value = active.value;
  again?.focus({ preventScroll: true });
}
