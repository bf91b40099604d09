// A small form under a button: opens, takes the focus, closes on Esc or a click elsewhere.
import { byId, el } from './el.js';

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
    // In the frame of the desk, not beside the button: the map would cut it off.
    byId('desk').append(panel);
    const at = button.getBoundingClientRect();
    panel.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - panel.offsetWidth - 8))}px`;
    panel.style.top = `${Math.min(at.bottom + 6, Math.max(8, window.innerHeight - panel.offsetHeight - 8))}px`;
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
