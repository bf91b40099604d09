// The plan in force on the left of a line, the draft on the right; the mouse or the arrow keys move the line. Counts are those of each plan, in one set of classes.
import { app, on, setView } from '../app.js';
import { get, latest } from '../api.js';
import { byId, el, fill } from '../el.js';
import { icon } from '../icons.js';
import { number } from '../format.js';
import { gridTitle, t } from '../i18n.js';
import { toast } from '../notice.js';
import { compareLegend } from './comparelegend.js';
import { hear, plan, tell } from './state.js';

const STEP = 0.02;
const CLASSES = 5;
const Z_INDEX = 640;
const DAYS = 30;
const AGAIN_MS = 400;

/** @type {HTMLElement | null} */
let frame = null;
/** Leaflet layers of the two sides. @type {any[]} */
let drawn = [];
/** What the legend tells: the breaks of the plan in force, and the days counted. */
let classes = { breaks: /** @type {number[]} */ ([]), days: DAYS };
const newSignal = latest();

export function startCompare() {
  const map = app.map;
  if (!map) return;
  for (const side of ['force', 'draft']) {
    const pane = map.createPane(`cmp-${side}`);
    pane.style.zIndex = String(Z_INDEX);
    pane.classList.add('passive', `pane-cmp-${side}`);
  }
  // Names are never cut: each stands on the side where its middle lies.
  const labels = map.createPane('cmp-labels');
  labels.style.zIndex = String(Z_INDEX + 1);
  labels.classList.add('passive');
  map.on('move zoom zoomend moveend resize', clip);
  on('view', (changed) => { if (changed.has('cmp')) show(); });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let soon;
  hear('shapes', (changed) => { if (changed && place() !== null) { clearTimeout(soon); soon = setTimeout(load, AGAIN_MS); } });
  hear('draft', () => { if (place() !== null) names(); });
  foot();
  show();
}

/** Turn the comparison on or off. */
export function toggleCompare() {
  setView({ cmp: app.view.cmp === '' ? '0.50' : '' });
}

/** @returns {number | null} place of the line, share of the map's width */
function place() {
  return app.view.cmp === '' ? null : Number(app.view.cmp);
}

function foot() {
  const on_ = place() !== null;
  fill(byId('legend'), el('button', { class: `btn${on_ ? ' on' : ''}`, type: 'button', id: 'compare', aria: { pressed: on_ }, on: { click: toggleCompare } }, icon('compare'), t('planner.compare'), ' ', el('kbd', {}, 'K')),
    el('a', { class: 'btn', id: 'all-incidents', href: `/command?plan=${encodeURIComponent(plan.draft?.id ?? '')}`, target: '_blank', rel: 'noopener' }, icon('eye'), t('planner.all_incidents')),
    on_ ? compareLegend(classes) : null);
}

function show() {
  const at = place();
  document.body.classList.toggle('comparing', at !== null);
  tell('compare', at);
  foot();
  if (at === null) {
    frame?.remove();
    frame = null;
    for (const layer of drawn) layer.remove();
    drawn = [];
    return;
  }
  if (!frame) {
    frame = el('div', { class: 'cmp-frame' }, el('span', { class: 'cmp-name left' }), el('span', { class: 'cmp-name right' }),
      el('div', { class: 'compare', role: 'slider', tabindex: '0', id: 'cmp-line', aria: { label: t('planner.compare.slider'), valuemin: 0, valuemax: 100, orientation: 'horizontal' }, on: { pointerdown: drag, keydown: key } }, el('span', { class: 'compare-grip' }, icon('compare'))));
    byId('map').append(frame);
    load();
  }
  names();
  clip();
}

function names() {
  const [left, right] = frame?.querySelectorAll('.cmp-name') ?? [];
  if (!left) return;
  left.textContent = t('planner.compare.force', { date: plan.draft.parent?.valid_from ?? plan.draft.base?.valid_from ?? '' });
  right.textContent = t('planner.compare.draft', { n: plan.draft.revision });
}

/** Both plans with their counts; the changed ground between them. */
async function load() {
  const signal = newSignal();
  const parent = plan.draft.parent?.id ?? plan.draft.base?.id;
  const z = Math.min(18, Math.ceil(app.map.getZoom()) + 1);
  try {
    const ask = (/** @type {string} */ path, /** @type {any} */ params) => get(path, params, signal);
    const [was, wasDesk, now, nowDesk, changes] = await Promise.all([
      ask('/api/grids', { plan: parent, z }), ask('/api/desk', { plan: parent, measure: 'count' }), ask('/api/grids', { plan: plan.draft.id, z }), ask('/api/desk', { plan: plan.draft.id, measure: 'count' }),
      ask(`/api/drafts/${encodeURIComponent(plan.draft.id)}/changes`, {})]);
    if (place() === null) return;
    draw({ was, wasDesk, now, nowDesk, changes });
  } catch (problem) {
    if (!signal.aborted) toast(/** @type {Error} */ (problem).message);
  }
}

/** @param {any} it */
function draw({ was, wasDesk, now, nowDesk, changes }) {
  for (const layer of drawn) layer.remove();
  const breaks = wasDesk.measure?.breaks ?? [];
  const before = new Map(wasDesk.grids.map((/** @type {any} */ one) => [one.code, one]));
  const words = (/** @type {any} */ one) => number(one.count);
  const changed = (/** @type {any} */ one) => { const old = before.get(one.code); return old && old.count !== one.count ? `${number(old.count)} → ${number(one.count)}` : number(one.count); };
  drawn = [...side('force', was, wasDesk, breaks, words), ...side('draft', now, nowDesk, breaks, changed, changes)];
  for (const layer of drawn) layer.addTo(app.map);
  classes = { breaks, days: wasDesk.interval?.days ?? DAYS };
  foot();
  clip();
}

/** @param {string} name @param {any} grids @param {any} desk @param {number[]} breaks @param {(grid: any) => string} words @param {any} [changes] */
function side(name, grids, desk, breaks, words, changes) {
  const pane = `cmp-${name}`;
  const renderer = L.svg({ pane, padding: 0.4 });
  const of = new Map(desk.grids.map((/** @type {any} */ it) => [it.code, it]));
  const base = { pane, renderer, interactive: false };
  const areas = L.geoJSON(grids.features, { ...base, style: (/** @type {any} */ it) => ({ className: `area cmp-area seq-${classOf(of.get(it.properties.code)?.count ?? 0, breaks)}` }) });
  const lines = L.geoJSON(grids.features, { ...base, style: { className: 'line' } });
  const land = L.geoJSON(grids.frame, { ...base, style: { className: 'land' } });
  const outline = L.geoJSON(grids.frame, { ...base, style: { className: 'frame' } });
  const parts = (/** @type {string} */ kind, /** @type {string} */ className) => L.geoJSON((changes?.features ?? []).filter((/** @type {any} */ it) => it.properties.kind === kind), { ...base, style: { className } });
  const moved = changes ? [parts('area', 'moved-area'), parts('old_line', 'replaced-line'), parts('new_line', 'draft-case'), parts('new_line', 'draft-line')] : [];
  const few = desk.grids.length <= 60;
  const labels = few ? desk.grids.filter((/** @type {any} */ it) => it.label).map((/** @type {any} */ it) => L.marker([it.label[1], it.label[0]], {
    pane: 'cmp-labels', interactive: false, keyboard: false, icon: L.divIcon({ className: `dot-icon cmp-of-${name}`, iconSize: [0, 0], html: el('div', { class: 'label cmp-label' }, el('b', {}, gridTitle(it)), el('span', { class: 'label-sub' }, words(it))) }),
  })) : [];
  return [land, areas, lines, outline, ...moved, ...labels];
}

/** Class 1-5 of a count. @param {number} n @param {number[]} breaks 6 numbers */
function classOf(n, breaks) {
  let k = 1;
  for (let i = 1; i < CLASSES; i++) if (n >= breaks[i]) k = i + 1;
  return k;
}

function clip() {
  const at = place();
  if (at === null || !frame) return;
  const size = app.map.getSize();
  const x = at * size.x;
  const line = /** @type {HTMLElement} */ (frame.querySelector('.compare'));
  line.style.left = `${x}px`;
  line.setAttribute('aria-valuenow', String(Math.round(at * 100)));
  line.setAttribute('aria-valuetext', t('planner.compare.value', { n: Math.round(at * 100) }));
  const [left, right] = /** @type {NodeListOf<HTMLElement>} */ (frame.querySelectorAll('.cmp-name'));
  left.style.right = `${size.x - x + 16}px`;
  right.style.left = `${x + 16}px`;
  const nw = app.map.containerPointToLayerPoint([0, 0]);
  const se = app.map.containerPointToLayerPoint(size);
  for (const layer of drawn) {
    if (!layer.getLatLng) continue;
    const node = layer.getElement();
    if (node) node.hidden = (app.map.latLngToContainerPoint(layer.getLatLng()).x < x) !== node.classList.contains('cmp-of-force');
  }
  app.map.getPane('cmp-force').style.clip = `rect(${nw.y}px, ${nw.x + x}px, ${se.y}px, ${nw.x}px)`;
  app.map.getPane('cmp-draft').style.clip = `rect(${nw.y}px, ${se.x}px, ${se.y}px, ${nw.x + x}px)`;
}

/** @param {number} at */
function move(at) {
  setView({ cmp: Math.max(0.02, Math.min(0.98, at)).toFixed(2) }, { replace: true });
}

/** @param {PointerEvent} start */
function drag(start) {
  start.preventDefault();
  const line = /** @type {HTMLElement} */ (start.currentTarget);
  const box = byId('map').getBoundingClientRect();
  line.setPointerCapture(start.pointerId);
  line.focus();
  const follow = (/** @type {PointerEvent} */ it) => move((it.clientX - box.left) / box.width);
  line.addEventListener('pointermove', follow);
  line.addEventListener('pointerup', () => line.removeEventListener('pointermove', follow), { once: true });
}

/** @param {KeyboardEvent} it */
function key(it) {
  const step = it.key === 'ArrowLeft' ? -STEP : it.key === 'ArrowRight' ? STEP : 0;
  if (!step) return;
  it.preventDefault();
  it.stopPropagation();
  move((place() ?? 0.5) + step);
}
