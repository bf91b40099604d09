// What the panel points at on the map: the ground of a proposed step, both lines of a conflict, the place of a finding.
import { app } from '../app.js';
import { el } from '../el.js';
import { t } from '../i18n.js';
import { read } from './drafts.js';
import { boxOf } from './findings.js';
import { hear } from './state.js';

/** Above the comparison, so that a proposal shows on it too. */
const Z_INDEX = 645;
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
  hear('conflict', async (detail) => {
    clash?.remove();
    clash = null;
    if (detail) clash = drawClash(detail.sketch ? await bothLines(detail) : detail.findings?.features ?? []);
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

/** Their lines where the dispute is, as the draft has them now, and ours as it was drawn. @param {any} detail */
async function bothLines({ findings, sketch }) {
  const mine = { geometry: sketch, properties: { whose: 'mine' } };
  const placed = (findings?.features ?? []).filter((/** @type {any} */ it) => it.geometry).map((/** @type {any} */ it) => boxOf(it.geometry));
  const lines = (await read('/changes').catch(() => ({ features: [] }))).features.filter((/** @type {any} */ it) => it.properties.kind === 'new_line');
  const near = lines.filter((/** @type {any} */ it) => placed.some((/** @type {any} */ box) => meet(box, boxOf(it.geometry))));
  return [...near.map((/** @type {any} */ it) => ({ geometry: it.geometry, properties: { whose: 'theirs' } })), mine];
}

/** @param {number[] | null} a @param {number[] | null} b */
function meet(a, b) {
  return a !== null && b !== null && a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];
}

/** Lines of two planners, each with whose it is: the first of a pair is the one that came first. @param {any[]} features */
function drawClash(features) {
  const placed = features.filter((it) => it.geometry);
  const layers = placed.flatMap((it, i) => {
    const mine = it.properties.whose ? it.properties.whose === 'mine' : i % 2 === 1;
    const casing = draw(it.geometry, 'o-case'); // made first: Leaflet draws in the order of making
    const line = draw(it.geometry, mine ? 'o-mine' : 'o-theirs');
    const at = line.getBounds();
    if (!at.isValid()) return [];
    const name = L.marker(mine ? at.getSouthEast() : at.getNorthWest(), { pane: 'overlay', interactive: false, keyboard: false,
      icon: L.divIcon({ className: 'dot-icon', iconSize: [0, 0], html: el('span', { class: `o-name${mine ? ' mine' : ''}` }, t(mine ? 'planner.conflict.yours' : 'planner.conflict.other')) }) });
    return [casing, line, name];
  });
  return layers.length ? group(layers) : null;
}
