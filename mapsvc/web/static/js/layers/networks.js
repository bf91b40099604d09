// The lines of the linked networks: a colour and a dash each, never a fill. Where two lines lie together, the dashes show both.
import { app, emit, on } from '../app.js';
import { get } from '../api.js';
import { el } from '../el.js';
import { has, nameOf, t } from '../i18n.js';
import { raise, settle } from '../notice.js';

/** Networks in the order they are drawn; others share the last look. */
const KNOWN = ['police', 'court', 'procuratorate', 'justice', 'owners', 'property'];

/** @type {any} */
let group = null;
/** @type {any[] | null} */
let areas = null;
let reading = false;

export function startNetworks() {
  on('view', (changed) => { if (changed.has('layers')) show(); });
  on('desk', (desk) => { if (desk.plan) show(); });
}

async function show() {
  const wanted = app.view.layers.includes('net');
  if (!wanted) { group?.remove(); group = null; emit('networks', []); return; }
  if (group || reading) return;
  reading = true;
  try {
    areas ??= (await get('/api/networks')).features;
    settle('networks');
    if (app.view.layers.includes('net')) draw();
  } catch (problem) {
    raise('networks', problem);
  } finally {
    reading = false;
  }
}

/** @param {string} network @returns {number} 1..6 */
export function lookOf(network) {
  const at = KNOWN.indexOf(network);
  return at < 0 ? KNOWN.length : at + 1;
}

/** @param {string} network */
export function networkWord(network) {
  return has(`network.${network}`) ? t(`network.${network}`) : network;
}

/** The networks that have lines, in drawing order. @returns {string[]} */
export function drawnNetworks() {
  if (!app.view.layers.includes('net')) return [];
  const there = new Set((areas ?? []).map((it) => it.properties.network));
  return [...KNOWN.filter((it) => there.has(it)), ...[...there].filter((it) => !KNOWN.includes(it))];
}

/** Is the layer on and read, and nothing in it? */
export function hasNoNetworks() {
  return app.view.layers.includes('net') && areas !== null && areas.length === 0;
}

function draw() {
  group = L.layerGroup().addTo(app.map);
  for (const network of drawnNetworks()) {
    const own = (areas ?? []).filter((it) => it.properties.network === network && it.geometry);
    L.geoJSON(own, { pane: 'networks', fill: false, style: () => ({ className: `net net-${lookOf(network)}` }), onEachFeature: (/** @type {any} */ feature, /** @type {any} */ layer) => {
      const name = t('network.area', { network: networkWord(network), name: nameOf(feature.properties) || feature.properties.code });
      layer.bindTooltip(el('span', {}, name), { sticky: true, direction: 'top', pane: 'tips', className: 'tip' });
      layer.on('add', () => layer.getElement?.()?.setAttribute('aria-label', name));
    } }).addTo(group);
  }
  emit('networks', areas);
}
