// The public map: the grids with their names, nothing of what happens in them. Wheel, drag and buttons move it.
import { byId, el } from '../../el.js';
import { icon } from '../../icons.js';
import { shortCode, t } from '../../i18n.js';
import { drawSketch } from './sketch.js';

const STEP = 1.25;
const NEAREST = 24;
const place = byId('sketch');
const buttons = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('.open-grid')]);

for (const button of buttons) /** @type {HTMLElement} */ (button.querySelector('.num')).textContent = shortCode(button.dataset.code ?? '');
start();

async function start() {
  const sketch = await drawSketch(place, { name: shortCode });
  if (!sketch) return;
  let view = [...sketch.box];
  const show = () => sketch.svg.setAttribute('viewBox', view.join(' '));
  const zoom = (/** @type {number} */ by, x = view[0] + view[2] / 2, y = view[1] + view[3] / 2) => {
    const wide = Math.min(sketch.box[2], Math.max(sketch.box[2] / NEAREST, view[2] / by));
    const share = wide / view[2];
    view = [x - (x - view[0]) * share, y - (y - view[1]) * share, wide, view[3] * share];
    show();
  };
  const at = (/** @type {MouseEvent} */ event) => {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(/** @type {any} */ (sketch.svg).getScreenCTM().inverse());
    return [point.x, point.y];
  };
  place.addEventListener('wheel', (event) => { event.preventDefault(); const [x, y] = at(event); zoom(event.deltaY < 0 ? STEP : 1 / STEP, x, y); }, { passive: false });
  drag(at, (dx, dy) => { view = [view[0] - dx, view[1] - dy, view[2], view[3]]; show(); });
  const press = (/** @type {string} */ name, /** @type {string} */ words, /** @type {() => void} */ act) => el('button', { class: 'btn', type: 'button', title: words, aria: { label: words }, on: { click: act } }, icon(name));
  place.append(el('div', { class: 'open-zoom' }, press('plus', t('public.in'), () => zoom(STEP * STEP)), press('minus', t('public.out'), () => zoom(1 / STEP / STEP)),
    press('home', t('public.whole'), () => { view = [...sketch.box]; show(); })));
  for (const [code, { shape }] of sketch.grids) shape.addEventListener('click', () => choose(code, sketch));
  for (const button of buttons) button.addEventListener('click', () => choose(button.dataset.code ?? '', sketch));
}

/** @param {(event: MouseEvent) => number[]} at @param {(dx: number, dy: number) => void} move */
function drag(at, move) {
  /** @type {number[] | null} */
  let held = null;
  place.addEventListener('pointerdown', (event) => { if (!(/** @type {Element} */ (event.target)).closest('button')) held = at(event); });
  place.addEventListener('pointermove', (event) => {
    if (!held) return;
    const [x, y] = at(event);
    move(x - held[0], y - held[1]);
  });
  for (const end of ['pointerup', 'pointerleave', 'pointercancel']) place.addEventListener(end, () => { held = null; });
}

/** @param {string} code @param {import('./sketch.js').Sketch} sketch */
function choose(code, sketch) {
  for (const [one, { shape }] of sketch.grids) shape.classList.toggle('chosen', one === code);
  for (const button of buttons) {
    const mine = button.dataset.code === code;
    button.setAttribute('aria-pressed', String(mine));
    if (mine) button.scrollIntoView({ block: 'nearest' });
  }
}
