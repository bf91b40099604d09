// A card in parts: a part is drawn anew only when what it shows has changed, so that nothing typed is lost to the news.
import { el } from '../el.js';
import { redraw } from '../redraw.js';

/** @typedef {{name: string, key: any, make: () => any}} Part  key: what the part shows, as JSON values */

/** @type {WeakMap<HTMLElement, string>} */
const shown = new WeakMap();

/** @param {HTMLElement} place @param {Part[]} parts */
export function drawParts(place, parts) {
  for (const { name, key, make } of parts) {
    let node = /** @type {HTMLElement | null} */ (place.querySelector(`:scope > [data-part="${name}"]`));
    if (!node) {
      node = el('div', { data: { part: name } });
      place.append(node);
    }
    const text = JSON.stringify(key);
    if (shown.get(node) === text) continue;
    shown.set(node, text);
    redraw(node, make());
  }
}
