// What lies under the data: our own streets, water, parks and buildings, or the tiles that the installation names.
import { app, on } from '../app.js';
import { get } from '../api.js';
import { byId } from '../el.js';

const KINDS = ['water', 'park', 'street', 'building'];
/** Closer than this, buildings are worth their lines. */
const BUILDINGS_FROM = 14.5;

let drawnFor = '';

export function startBase() {
  on('desk', async (desk) => {
    const kind = desk.basemap?.kind ?? 'own';
    const key = `${kind}:${desk.plan?.id ?? ''}`;
    if (!desk.plan || key === drawnFor) return;
    drawnFor = key;
    if (kind === 'own') drawOwn();
    else drawTiles(desk.basemap);
  });
}

async function drawOwn() {
  let body;
  try {
    body = await get('/api/base', { z: Math.ceil(app.map.getZoom()) + 2 });
  } catch {
    return; // the ground is a help, not the matter: a desk without it still works
  }
  const group = (/** @type {string} */ kind, /** @type {string} */ className) => L.geoJSON(body.features.filter((/** @type {any} */ it) => it.properties.kind === kind), {
    pane: 'base', interactive: false, renderer: renderer(), style: () => ({ className }), pointToLayer: () => null,
  });
  for (const kind of KINDS) {
    if (kind === 'street') group(kind, 'b-street-edge').addTo(app.map);
    const layer = group(kind, `b-${kind}`).addTo(app.map);
    if (kind === 'building') {
      const show = () => (app.map.getZoom() >= BUILDINGS_FROM ? layer.addTo(app.map) : layer.remove());
      app.map.on('zoomend', show);
      show();
    }
  }
}

/** @type {any} */
let svgRenderer = null;
function renderer() {
  svgRenderer ??= L.svg({ pane: 'base', padding: 0.5 });
  return svgRenderer;
}

/** @param {{kind: string, url?: string, format?: string, attribution?: string, min_zoom?: number, max_zoom?: number}} basemap */
function drawTiles(basemap) {
  // Vector tiles of a base package need a style of their own; our ground is drawn beneath either way.
  if (basemap.format === 'pbf') { drawOwn(); return; }
  const url = basemap.kind === 'xyz' ? basemap.url : '/tiles/base/{z}/{x}/{y}';
  L.tileLayer(url, { pane: 'land', minNativeZoom: basemap.min_zoom ?? 0, maxNativeZoom: basemap.max_zoom ?? 19, maxZoom: 20, className: 'ground' }).addTo(app.map);
  document.body.classList.add('has-tiles');
  if (basemap.attribution) {
    const line = document.createElement('p');
    line.className = 'attribution';
    line.textContent = basemap.attribution;
    line.title = basemap.attribution;
    byId('map').append(line);
  }
}
