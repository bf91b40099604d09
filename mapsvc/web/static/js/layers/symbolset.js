// The symbols on the map as a set with names: between two pictures only what differs is touched, so that rings and focus stay.
import { app, isWall, setView } from '../app.js';
import { el } from '../el.js';
import { gridTitle, t } from '../i18n.js';
import { clusterSymbol, symbol, symbolName } from '../symbols.js';
import { cluster } from './cluster.js';

/** @typedef {{x: number, y: number, light: string, item: any}} Dot */

/** What lies on top where symbols meet; Leaflet adds the pixel row to it. @type {Record<string, number>} */
const RANK = { red: 4, waiting: 3, yellow: 2, green: 1 };
/** Above this many, two that touch are one already. */
const CROWDED = 200;

/** @type {any} */
let group = null;
/** What stands on the map: name -> marker, and what it looks like. @type {Map<string, {marker: any, look: string}>} */
const standing = new Map();

export function startSymbols() {
  group = L.layerGroup().addTo(app.map);
}

/** Did a symbol come, go or move since the last picture? */
let moved = false;

/** @param {Dot[]} dots @param {Set<string>} fresh ids that are ringed @param {number} size px @returns {boolean} whether a symbol came, went or moved */
export function drawSymbols(dots, fresh, size) {
  moved = false;
  const { single, groups } = cluster(dots, size * 0.75, dots.length > CROWDED ? 2 : 3);
  const wanted = new Set();
  for (const dot of single) { const name = dot.item.properties.id; wanted.add(name); one(name, dot.item, fresh.has(name), size); }
  for (const it of groups) { const name = `group ${it.members.map((dot) => dot.item.properties.id).sort().join(' ')}`; wanted.add(name); many(name, it, size); }
  for (const [name, { marker }] of standing) if (!wanted.has(name)) { group.removeLayer(marker); standing.delete(name); moved = true; }
  return moved;
}

/** @param {string} id @param {any} feature @param {boolean} isFresh @param {number} size */
function one(id, feature, isFresh, size) {
  const it = feature.properties;
  const [lon, lat] = feature.geometry.coordinates;
  const selected = app.view.sel === `inc:${id}`;
  const name = symbolName(it, gridTitle(app.grids.get(it.grid), it.grid));
  const px = selected || isFresh ? size * 1.5 : size * (it.certainty === 'boundary' ? 1.3 : 1);
  const marker = place(id, [lat, lon], `${it.light} ${it.status} ${it.certainty} ${px} ${selected} ${isFresh} ${name}`, px, name,
    () => symbol(it, px, { selected, fresh: isFresh }), () => setView({ sel: `inc:${id}` }));
  marker.setZIndexOffset(selected ? 50000 : (RANK[it.light] ?? 0) * 10000);
}

/** @param {string} name @param {{x: number, y: number, members: Dot[]}} it @param {number} size */
function many(name, it, size) {
  /** @type {Record<string, number>} */
  const lights = {};
  for (const dot of it.members) lights[dot.light] = (lights[dot.light] ?? 0) + 1;
  const n = it.members.length;
  const px = size * (n > 99 || isWall() ? 1.7 : 1.35);
  const title = t('cluster.name', { n, yellow: lights.yellow ?? 0 });
  const { lat, lng } = app.map.layerPointToLatLng([it.x, it.y]);
  const bounds = L.latLngBounds(it.members.map((dot) => { const [lon, y] = dot.item.geometry.coordinates; return [y, lon]; })).pad(0.3);
  place(name, [lat, lng], JSON.stringify([lights, px]), px, title, () => clusterSymbol(lights, n, px), () => app.map.fitBounds(bounds, { maxZoom: 19 }));
}

/**
 * The marker of this name, where it is wanted and with this look; made, moved or dressed anew only where that differs.
 * @param {string} name @param {[number, number]} at lat, lon @param {string} look @param {number} px @param {string} title
 * @param {() => SVGElement} picture @param {() => void} press
 */
function place(name, at, look, px, title, picture, press) {
  const old = standing.get(name);
  if (old?.look === look) { if (!old.marker.getLatLng().equals(at)) { old.marker.setLatLng(at); moved = true; } return old.marker; }
  const icon = L.divIcon({ className: 'dot-icon', iconSize: [px, px], html: /** @type {any} */ (picture()) });
  const marker = old?.marker ?? L.marker(at, { pane: 'incidents', keyboard: !isWall(), riseOnHover: true, icon }).addTo(group);
  moved ||= !old || !old.marker.getLatLng().equals(at);
  if (old) { marker.setLatLng(at); marker.setIcon(icon); marker.off('click'); }
  const node = marker.getElement();
  node?.setAttribute('aria-label', title);
  if (!name.startsWith('group ')) node?.setAttribute('data-incident', name);
  marker.unbindTooltip().bindTooltip(el('span', {}, title), { direction: 'top', pane: 'tips', className: 'tip', offset: [0, -px / 2] });
  marker.on('click', press);
  standing.set(name, { marker, look });
  return marker;
}
