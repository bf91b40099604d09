// A pin that the post sets: by a click on the map, by dragging it, or with the arrow keys. While it is there, clicks open nothing.
import { app } from '../app.js';
import { el } from '../el.js';
import { icon } from '../icons.js';
import { t } from '../i18n.js';

const STILL_PX = 4;
const EARTH_M_PER_DEG = 111_320;

/** @typedef {(lon: number, lat: number) => void} Pick */

/** @type {any} */
let pin = null;
/** @type {Pick | null} */
let tell = null;
/** @type {{x: number, y: number} | null} */
let pressedAt = null;

/** @param {[number, number] | null} at lon, lat to begin with @param {Pick} picked */
export function startPicking(at, picked) {
  stopPicking();
  tell = picked;
  document.body.classList.add('picking');
  const frame = app.map.getContainer();
  frame.addEventListener('pointerdown', pressed, true);
  frame.addEventListener('click', clicked, true);
  if (at) setPin(at[0], at[1]);
}

export function stopPicking() {
  if (!tell) return;
  tell = null;
  pin?.remove();
  pin = null;
  document.body.classList.remove('picking');
  const frame = app.map.getContainer();
  frame.removeEventListener('pointerdown', pressed, true);
  frame.removeEventListener('click', clicked, true);
}

/** @param {PointerEvent} event */
function pressed(event) {
  pressedAt = { x: event.clientX, y: event.clientY };
}

/** @param {MouseEvent} event */
function clicked(event) {
  if (/** @type {Element} */ (event.target).closest('.case-pin')) return;
  event.stopPropagation();
  event.preventDefault();
  // The end of a pan is a click too; it sets nothing.
  if (pressedAt && Math.hypot(event.clientX - pressedAt.x, event.clientY - pressedAt.y) > STILL_PX) return;
  const { lng, lat } = app.map.mouseEventToLatLng(event);
  choose(lng, lat);
}

/** @param {number} lon @param {number} lat */
function choose(lon, lat) {
  setPin(lon, lat);
  tell?.(lon, lat);
}

/** Put the pin here without telling anybody. @param {number} lon @param {number} lat */
export function setPin(lon, lat) {
  if (pin) { pin.setLatLng([lat, lon]); return; }
  pin = L.marker([lat, lon], { pane: 'tips', draggable: true, autoPan: true, keyboard: true, icon: L.divIcon({ className: 'case-pin', iconSize: [44, 44], iconAnchor: [22, 40], html: /** @type {any} */ (el('span', {}, icon('pin'))) }) }).addTo(app.map);
  const node = /** @type {HTMLElement} */ (pin.getElement());
  node.setAttribute('aria-label', t('case.pin.name'));
  node.addEventListener('keydown', nudge);
  pin.on('drag', () => { const it = pin.getLatLng(); tell?.(it.lng, it.lat); });
}

/** Arrows move it 1 m, with Shift 0.1, with Ctrl 10. @param {KeyboardEvent} event */
function nudge(event) {
  const way = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
  if (!way) return;
  event.preventDefault();
  event.stopPropagation();
  const m = event.shiftKey ? 0.1 : event.ctrlKey ? 10 : 1;
  const { lng, lat } = pin.getLatLng();
  choose(lng + (way[0] * m) / (EARTH_M_PER_DEG * Math.cos((lat * Math.PI) / 180)), lat + (way[1] * m) / EARTH_M_PER_DEG);
}
