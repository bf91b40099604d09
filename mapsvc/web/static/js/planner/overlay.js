// What the panel points at on the map: the ground of a proposed step, both lines of a conflict, the place of a finding.
import { app } from '../app.js';
import { el } from '../el.js';
import { t } from '../i18n.js';
import { hear } from './state.js';

const Z_INDEX = 322;
const POINTED_MS = 6000;

/** @type {any} */
let step = null;
/** @type {any} */
let clash = null;
/** @type {any} */
let pointed = null;
/** @type {any} */
let renderer = null;

export function startOverlay() {
  const pane = app.map.createPane('overlay');
  pane.style.zIndex = String(Z_INDEX);
  pane.classList.add('passive');
  renderer = L.svg({ pane: 'overlay', padding: 0.4 });
  hear('proposal', (detail) => {
    step?.remove();
    step = detail?.shape ? group([draw(detail.shape, 'o-step'), draw(detail.shape, 'o-step-line')]) : null;
  });
  hear('conflict', (detail) => {
    clash?.remove();
    clash = detail ? drawClash(detail.findings?.features ?? []) : null;
  });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let gone;
  hear('goto', ({ geometry }) => {
    pointed?.remove();
    pointed = geometry ? group([draw(geometry, 'o-point-case'), draw(geometry, 'o-point')]) : null;
    clearTimeout(gone);
    gone = setTimeout(() => { pointed?.remove(); pointed = null; }, POINTED_MS);
  });
}

/** @param {any} geometry @param {string} className */
function draw(geometry, className) {
  const style = { className };
  return L.geoJSON(geometry, { pane: 'overlay', renderer, interactive: false, style, pointToLayer: (/** @type {any} */ _, /** @type {any} */ at) => L.circleMarker(at, { ...style, pane: 'overlay', renderer, interactive: false, radius: 22 }) });
}

/** @param {any[]} layers */
function group(layers) {
  return L.layerGroup(layers).addTo(app.map);
}

/** Lines of two planners, each with whose it is: the first of a pair is the one that came first. @param {any[]} features */
function drawClash(features) {
  const placed = features.filter((it) => it.geometry);
  const layers = placed.flatMap((it, i) => {
    const mine = it.properties.whose ? it.properties.whose === 'mine' : i % 2 === 1;
    const line = draw(it.geometry, mine ? 'o-mine' : 'o-theirs');
    const at = line.getBounds();
    if (!at.isValid()) return [];
    const name = L.marker(mine ? at.getSouthEast() : at.getNorthWest(), { pane: 'overlay', interactive: false, keyboard: false,
      icon: L.divIcon({ className: 'dot-icon', iconSize: [0, 0], html: el('span', { class: `o-name${mine ? ' mine' : ''}` }, t(mine ? 'planner.conflict.yours' : 'planner.conflict.other')) }) });
    return [draw(it.geometry, 'o-case'), line, name];
  });
  return layers.length ? group(layers) : null;
}
