// A small form under a button: opens, takes the focus, closes on Esc or a click elsewhere.
import { el } from './el.js';

/** @type {{panel: HTMLElement, button: HTMLElement} | null} */
let open = null;

/**
 * @param {HTMLElement} button @param {() => HTMLElement} make @param {string} title
 */
export function popover(button, make, title) {
  button.setAttribute('aria-haspopup', 'dialog');
  button.setAttribute('aria-expanded', 'false');
  button.addEventListener('click', () => {
    const mine = open?.button === button;
    closePopover();
    if (mine) return;
    const panel = el('div', { class: 'popover', role: 'dialog', aria: { label: title } }, make());
    button.after(panel);
    const over = panel.getBoundingClientRect().right - (window.innerWidth - 8);
    if (over > 0) panel.style.marginLeft = `${-over}px`;
    button.setAttribute('aria-expanded', 'true');
    open = { panel, button };
    /** @type {HTMLElement | null} */ (panel.querySelector('button, input, select'))?.focus();
  });
}

/** @returns {boolean} was one open? */
export function closePopover() {
  if (!open) return false;
  const { panel, button } = open;
  const inside = panel.contains(document.activeElement);
  panel.remove();
  button.setAttribute('aria-expanded', 'false');
  open = null;
  if (inside) button.focus();
  return true;
}

document.addEventListener('pointerdown', (event) => {
  if (open && !open.panel.contains(/** @type {Node} */ (event.target)) && !open.button.contains(/** @type {Node} */ (event.target))) closePopover();
});
