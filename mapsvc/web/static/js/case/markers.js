// Who could be sent, on the map: numbered as on the cards, with the distance and a dashed line to the matter.
import { app, emit, on } from '../app.js';
import { el } from '../el.js';
import { mark } from '../layers/posts.js';
import { recommended } from './recommended.js';
import { open, point } from './state.js';
import { metres } from './words.js';
import { t } from '../i18n.js';

/** @type {any} */
let group = null;
/** @type {[number, number][]} lat, lon */
let places = [];

export function startMarkers() {
  on('case', (changed) => { if (changed.includes('advice') || changed.includes('case') || changed.includes('id')) drawMarkers(); });
}

/** Places of the numbered posts, in layer pixels: labels keep away from them. @returns {{x: number, y: number}[]} */
export function candidatePoints() {
  return places.map((it) => app.map.latLngToLayerPoint(it));
}

export function drawMarkers() {
  group?.remove();
  group = null;
  const at = point();
  places = [];
  const shown = open.id && at && open.advice ? recommended(open.advice).map((it, i) => ({ it, n: i + 1 })).filter(({ it }) => Number.isFinite(it.lon) && it.lon !== null && Number.isFinite(it.lat)) : [];
  if (shown.length && at) {
    group = L.layerGroup().addTo(app.map);
    for (const { it, n } of shown) drawOne(it, n, [at[1], at[0]]);
  }
  emit('candidates');
}

/** @param {any} it @param {number} n @param {[number, number]} matter lat, lon */
function drawOne(it, n, matter) {
  const place = /** @type {[number, number]} */ ([it.lat, it.lon]);
  places.push(place);
  L.polyline([place, matter], { pane: 'casing', interactive: false, className: `way${n === 1 ? ' lead' : ''}` }).addTo(group);
  const words = t('case.on_map', { n, m: metres(it.distance_m) });
  L.marker(place, { pane: 'selection', interactive: false, keyboard: false, icon: L.divIcon({ className: 'candidate', iconSize: [26, 26], html: /** @type {any} */ (el('span', { class: 'candidate-mark' }, mark(false), el('b', { class: 'candidate-words' }, words))) }) }).addTo(group);
}
