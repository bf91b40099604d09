// The Leaflet map that folium made: panes in drawing order, the first fit, zoom buttons, the scale, `at=` in the address.
import { app, emit, isCity, isWall, on, setView } from './app.js';
import { byId, el } from './el.js';
import { icon } from './icons.js';
import { t } from './i18n.js';
import { setDatum } from './mapdatum.js';

/** Bottom to top, as the design orders them. */
const PANES = ['land', 'base', 'fill', 'density', 'mask', 'cells', 'casing', 'lines', 'networks', 'posts', 'incidents', 'labels', 'selection'];
const FIRST_PANE_Z = 210;
const PHONE_PX = 640;
/** What legend and time bar will take, while they are not there yet. */
const FOOT_PX = 210;
const WALL_SNAP = 0.05;
const EARTH_M = 40075016.686;

let fitting = false;
let touched = false;

/** Prepare the map; call once. */
export function startMap() {
  const map = /** @type {any} */ (window).mapsvc.map;
  app.map = map;
  setDatum(map, app.plan?.datum);
  PANES.forEach((name, i) => {
    const pane = map.createPane(name);
    pane.style.zIndex = String(FIRST_PANE_Z + i * 10);
    pane.classList.add(`pane-${name}`);
    if (!['fill', 'cells', 'networks', 'posts', 'incidents'].includes(name)) pane.classList.add('passive');
  });
  map.createPane('tips').style.zIndex = '700';
  L.control.scale({ metric: true, imperial: false, position: 'bottomright', maxWidth: 140 }).addTo(map);
  zoomButtons(map);
  // Nobody zooms a wall by steps: the plan takes all the room there is.
  if (isWall()) map.options.zoomSnap = WALL_SNAP;
  map.on('zoom', () => streetWidth(map));
  map.on('moveend', () => { if (!fitting && touched) rememberPlace(map); });
  for (const event of ['mousedown', 'wheel', 'touchstart', 'keydown']) map.getContainer().addEventListener(event, () => { touched = true; }, { passive: true });
  map.on('click', () => { if (app.view.sel.startsWith('cell:')) setView({ sel: '' }); });
  new ResizeObserver(() => { map.invalidateSize({ pan: false }); if (!app.view.at) fitPlan(false); }).observe(byId('map'));
  on('layout', () => { if (!app.view.at) fitPlan(true); });
  new ResizeObserver(liftScale).observe(byId('legend'));
  let fitted = '';
  const first = () => {
    if (!app.plan || fitted === app.plan.id) return;
    fitted = app.plan.id;
    document.body.classList.toggle('city', isCity());
    if (!goTo(app.view.at)) fitPlan(false);
  };
  on('desk', first);
  on('view', (changed) => { if (changed.has('at') && !fitting && !goTo(app.view.at)) fitPlan(true); });
  // The page was printed with the plan's box: the map stands before the figures come.
  first();
}

/** @param {any} map */
function rememberPlace(map) {
  const { lng, lat } = map.getCenter();
  const at = `${lng.toFixed(5)},${lat.toFixed(5)},${map.getZoom()}`;
  if (at === app.view.at) return;
  fitting = true;
  setView({ at }, { replace: true });
  fitting = false;
}

/** @param {string} at @returns {boolean} false when there is no place in the address */
function goTo(at) {
  if (!at) return false;
  const [lon, lat, z] = at.split(',').map(Number);
  const { lng, lat: now } = app.map.getCenter();
  // Our own moves write the address too: only go when it really names another place.
  if (Math.abs(lng - lon) > 1e-5 || Math.abs(now - lat) > 1e-5 || app.map.getZoom() !== z) app.map.setView([lat, lon], z, { animate: false });
  return true;
}

let legendTop = 0;
/** The scale stands above the legend, and the first fit follows the legend's height. */
function liftScale() {
  const frame = byId('map').getBoundingClientRect();
  const top = Math.min(...['legend', 'timebar'].map((id) => byId(id).getBoundingClientRect()).filter((box) => box.height).map((box) => box.top), frame.bottom);
  byId('map').style.setProperty('--scale-up', `${frame.bottom - top + 8}px`);
  if (Math.abs(top - legendTop) > 8 && !app.view.at) fitPlan(false);
  legendTop = top;
}

/** The room that chips, legend, time bar and an overlaid panel take from the map's frame. */
function room() {
  const frame = byId('map').getBoundingClientRect();
  const seen = (/** @type {string} */ id) => { const box = byId(id).getBoundingClientRect(); return box.height ? box : null; };
  const legend = seen('legend');
  const bar = seen('timebar');
  const chips = seen('chips');
  const lowest = Math.min(legend?.top ?? frame.bottom, bar?.top ?? frame.bottom);
  const cover = Number.parseFloat(getComputedStyle(byId('desk')).getPropertyValue('--cover')) || 0;
  const side = Math.max(16, Math.min(72, frame.width * 0.05));
  // On a phone two tabs lie under the chips; elsewhere they stand at the side, where the zoom buttons are.
  const tab = /** @type {HTMLElement} */ (document.querySelector('.panel-tab'))?.getBoundingClientRect();
  const top = Math.max(chips?.bottom ?? frame.top, frame.width <= PHONE_PX && tab?.height ? tab.bottom : 0) - frame.top;
  const zoom = seen('zoom');
  const right = frame.width > PHONE_PX && zoom ? Math.max(side, zoom.width + 28) : side;
  // A legend at the side of a wide wall leaves the bottom free.
  const bottom = !app.desk && !isWall() ? FOOT_PX : legend && legend.width < frame.width * 0.4 && !bar ? 24 : frame.bottom - lowest + 34;
  // On a wall the legend stands at the left of the plan, not on it.
  const left = isWall() && legend && legend.width < frame.width * 0.3 ? legend.right - frame.left + 24 : side;
  // Where its height is what holds the plan, it stands in the middle.
  const isWide = (frame.width - 2 * left) / Math.max(1, frame.height - top - bottom) > shapeOfPlan();
  return { topLeft: [left, top + 18], bottomRight: [isWall() && isWide ? left : right + cover, bottom] };
}

/** Width over height of the plan as the map draws it. */
function shapeOfPlan() {
  const [west, south, east, north] = app.plan?.bbox ?? [0, 0, 1, 1];
  return ((east - west) * Math.cos((((south + north) / 2) * Math.PI) / 180)) / Math.max(1e-9, north - south);
}

/** Show the whole plan. @param {boolean} animate */
export function fitPlan(animate) {
  const bbox = app.plan?.bbox;
  if (!bbox) return;
  const { topLeft, bottomRight } = room();
  fitting = true;
  app.map.fitBounds([[bbox[1], bbox[0]], [bbox[3], bbox[2]]], { paddingTopLeft: topLeft, paddingBottomRight: bottomRight, animate: animate && !calm() });
  streetWidth(app.map);
  setTimeout(() => { fitting = false; }, 300);
}

/** Show these bounds, such as one grid. @param {any} bounds */
export function fitTo(bounds) {
  const { topLeft, bottomRight } = room();
  app.map.fitBounds(bounds, { paddingTopLeft: topLeft, paddingBottomRight: bottomRight, maxZoom: 17, animate: !calm() });
}

/** Does the reader want no motion? */
export function calm() {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/** Streets are drawn about as wide as they are. @param {any} map */
function streetWidth(map) {
  const metresPerPx = (EARTH_M * Math.cos((map.getCenter().lat * Math.PI) / 180)) / (256 * 2 ** map.getZoom());
  const px = Math.min(24, Math.max(0.6, 8 / metresPerPx));
  map.getContainer().style.setProperty('--street', `${px}px`);
}

/** @param {any} map */
function zoomButtons(map) {
  const button = (/** @type {string} */ name, /** @type {string} */ word, /** @type {() => void} */ press) =>
    el('button', { class: 'btn', type: 'button', title: word, aria: { label: word }, on: { click: press } }, icon(name));
  byId('zoom').append(
    button('plus', t('zoom.in'), () => zoomBy(1)),
    button('minus', t('zoom.out'), () => zoomBy(-1)),
    button('home', t('zoom.home'), goHome),
    button('full', t('zoom.full'), () => { if (document.fullscreenElement) document.exitFullscreen(); else byId('desk').requestFullscreen?.(); }),
  );
  L.DomEvent.disableClickPropagation(byId('zoom'));
  emit('map', map);
}

/** @param {number} steps */
export function zoomBy(steps) {
  touched = true;
  app.map.setZoom(app.map.getZoom() + steps, { animate: !calm() });
}

export function goHome() {
  if (app.view.at) setView({ at: '' }, { replace: true });
  else fitPlan(true);
}
