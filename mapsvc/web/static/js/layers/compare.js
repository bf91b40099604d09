// Counts on the left, density on the right of a line that the mouse or the arrow keys move.
import { app, emit, on, setView } from '../app.js';
import { byId, el } from '../el.js';
import { icon } from '../icons.js';
import { t } from '../i18n.js';

const LEFT = ['fill', 'casing'];
const RIGHT = ['density', 'mask'];
const STEP = 0.02;

/** @type {HTMLElement | null} */
let handle = null;

export function startCompare() {
  on('view', (changed) => { if (changed.has('cmp')) show(); });
  on('desk', show);
  app.map.on('move zoom zoomend moveend resize', clip);
}

/** @returns {number | null} place of the line, share of the map's width */
function place() {
  return app.view.cmp === '' ? null : Number(app.view.cmp);
}

function show() {
  if (place() === null) {
    handle?.remove();
    handle = null;
    for (const name of [...LEFT, ...RIGHT]) app.map.getPane(name).style.clip = '';
    emit('compare', false);
    return;
  }
  if (!handle) {
    handle = el('div', { class: 'compare', role: 'slider', tabindex: '0', aria: { label: t('compare.slider'), valuemin: 0, valuemax: 100, orientation: 'horizontal' }, on: { pointerdown: drag, keydown: key } },
      el('span', { class: 'compare-grip' }, icon('compare')));
    byId('map').append(handle);
    emit('compare', true);
  }
  clip();
}

function clip() {
  const at = place();
  if (at === null || !handle) return;
  const size = app.map.getSize();
  const x = at * size.x;
  handle.style.left = `${x}px`;
  handle.setAttribute('aria-valuenow', String(Math.round(at * 100)));
  const nw = app.map.containerPointToLayerPoint([0, 0]);
  const se = app.map.containerPointToLayerPoint(size);
  const cut = nw.x + x;
  for (const name of LEFT) app.map.getPane(name).style.clip = `rect(${nw.y}px, ${cut}px, ${se.y}px, ${nw.x}px)`;
  for (const name of RIGHT) app.map.getPane(name).style.clip = `rect(${nw.y}px, ${se.x}px, ${se.y}px, ${cut}px)`;
}

/** @param {number} at */
function move(at) {
  setView({ cmp: Math.max(0.02, Math.min(0.98, at)).toFixed(2) }, { replace: true });
}

/** @param {PointerEvent} start */
function drag(start) {
  start.preventDefault();
  const box = byId('map').getBoundingClientRect();
  handle?.setPointerCapture(start.pointerId);
  const follow = (/** @type {PointerEvent} */ it) => move((it.clientX - box.left) / box.width);
  handle?.addEventListener('pointermove', follow);
  handle?.addEventListener('pointerup', () => handle?.removeEventListener('pointermove', follow), { once: true });
}

/** @param {KeyboardEvent} it */
function key(it) {
  const step = it.key === 'ArrowLeft' ? -STEP : it.key === 'ArrowRight' ? STEP : 0;
  if (!step) return;
  it.preventDefault();
  it.stopPropagation();
  move((place() ?? 0.5) + step);
}
