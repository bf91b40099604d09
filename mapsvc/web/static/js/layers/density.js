// Density of incidents as tiles of the same question; cut to the frame by the mask above it.
import { app, emit, on } from '../app.js';
import { address, get, spelledQuestion } from '../api.js';
import { mapDatum } from '../mapdatum.js';

/** @type {any} */
let layer = null;
/** The numbers of the legend, as the server last told them. @type {any} */
export let legend = null;

export function startDensity() {
  for (const event of ['desk', 'incidents', 'theme', 'compare']) on(event, show);
  on('view', (changed) => { if (changed.has('layers') || changed.has('cmp')) show(); });
  app.map.on('zoomend', readLegend);
}

/** Is density on the map: asked for, compared with, or because there are too many incidents to draw? */
export function isShown() {
  if (!app.desk?.plan) return false;
  return app.view.layers.includes('den') || app.view.cmp !== '' || (app.view.layers.includes('inc') && app.drawn.mode === 'density' && !app.view.layers.includes('count'));
}

let url = '';
function show() {
  const wantsIt = isShown();
  document.body.classList.toggle('has-density', wantsIt);
  document.body.classList.toggle('density-only', wantsIt && !app.view.cmp);
  if (!wantsIt) {
    layer?.remove();
    layer = null;
    url = '';
    return;
  }
  const wanted = address('/tiles/density/{z}/{x}/{y}.png', { ...spelledQuestion(), theme: document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light', datum: mapDatum() || undefined }).replaceAll('%7B', '{').replaceAll('%7D', '}');
  if (wanted === url) return;
  url = wanted;
  // Leaflet redraws a layer with a new address at the map's own zoom, 14.25 for one: tiles know whole zooms only.
  layer?.remove();
  layer = L.tileLayer(wanted, { pane: 'density', maxZoom: 20, maxNativeZoom: 16, className: 'density' }).addTo(app.map);
  readLegend();
}

async function readLegend() {
  if (!layer) return;
  try {
    legend = await get('/tiles/density/legend', { z: Math.round(app.map.getZoom()), ...spelledQuestion() });
    emit('density-legend', legend);
  } catch {
    legend = null; // the legend then says few and many without numbers
  }
}
