// Where it is: the phone's own position, a tap on the map, or the pin dragged to its place.
import { byId, svg } from '../el.js';
import { t } from '../i18n.js';

const NEAR_ZOOM = 17;
const PATIENCE_MS = 15000;
/** A position worse than this is no help: the map is. */
const USELESS_M = 1000;

/** @typedef {import('./draft.js').Spot} Spot */

/**
 * @param {{bbox: number[] | null, first: Spot | null, onSpot: (spot: Spot) => void, onTrouble: (text: string) => void}} it
 */
export function startPlace({ bbox, first, onSpot, onTrouble }) {
  const map = bbox ? drawMap(bbox) : null;
  if (!map) byId('map').classList.add('empty');
  /** @type {any} */ let pin = null;
  /** @type {any} */ let circle = null;

  /** @param {Spot} spot */
  function show(spot) {
    if (!map) return;
    const at = [spot.lat, spot.lon];
    if (!pin) {
      pin = L.marker(at, { draggable: true, icon: pinIcon(), keyboard: true, alt: t('phone.pin') }).addTo(map);
      pin.on('dragend', () => choose({ ...pinPlace(), method: 'map_click' }));
    }
    pin.setLatLng(at);
    circle?.remove();
    circle = spot.accuracy_m ? L.circle(at, { radius: spot.accuracy_m, className: 'near', interactive: false }).addTo(map) : null;
  }

  function pinPlace() {
    const { lat, lng } = pin.getLatLng().wrap();
    return { lon: lng, lat };
  }

  /** @param {Spot} spot */
  function choose(spot) {
    show(spot);
    onSpot(spot);
  }

  map?.on('click', (/** @type {any} */ event) => {
    const { lat, lng } = event.latlng.wrap();
    choose({ lon: lng, lat, method: 'map_click' });
  });
  const button = /** @type {HTMLButtonElement} */ (byId('here'));
  if (!navigator.geolocation || !window.isSecureContext) {
    // A page that came without TLS is not told where the phone is: the button would be a promise it cannot keep.
    button.hidden = true;
  }
  button.addEventListener('click', () => {
    button.disabled = true;
    button.textContent = t('phone.looking');
    const done = () => { button.disabled = false; button.textContent = t('phone.here'); };
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        done();
        if (coords.accuracy > USELESS_M) { onTrouble(t('phone.vague')); return; }
        choose({ lon: coords.longitude, lat: coords.latitude, accuracy_m: Math.max(1, Math.round(coords.accuracy)), method: 'gps' });
        map?.setView([coords.latitude, coords.longitude], NEAR_ZOOM, { animate: false });
      },
      () => { done(); onTrouble(t('phone.no_position')); },
      { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 0 },
    );
  });
  if (first) {
    show(first);
    map?.setView([first.lat, first.lon], NEAR_ZOOM, { animate: false });
  }
  return {
    clear() { pin?.remove(); circle?.remove(); pin = null; circle = null; },
  };
}

/** @param {number[]} bbox */
function drawMap(bbox) {
  const [west, south, east, north] = bbox;
  const map = L.map('map', { attributionControl: false, zoomControl: false, maxZoom: 20, minZoom: 2, zoomSnap: 0.5 });
  L.control.zoom({ position: 'bottomright', zoomInTitle: t('phone.nearer'), zoomOutTitle: t('phone.farther') }).addTo(map);
  map.fitBounds([[south, west], [north, east]], { animate: false, padding: [4, 4] });
  void drawGround(map);
  return map;
}

/** @param {any} map */
async function drawGround(map) {
  const grids = await shapes(`/api/grids?z=${Math.ceil(map.getZoom()) + 2}`);
  if (!grids) return;
  const base = grids.features.length <= 60 ? await shapes(`/api/base?z=${Math.ceil(map.getZoom()) + 2}`) : null;
  L.geoJSON(grids, { interactive: false, style: () => ({ className: 'area' }) }).addTo(map);
  for (const kind of ['water', 'park', 'street', 'building']) {
    const features = base?.features.filter((/** @type {any} */ it) => it.properties.kind === kind) ?? [];
    L.geoJSON(features, { interactive: false, style: () => ({ className: `b-${kind}` }), pointToLayer: () => null }).addTo(map);
  }
  // The lines once more over what lies on the ground.
  L.geoJSON(grids, { interactive: false, style: () => ({ className: 'area line', fill: false }) }).addTo(map);
}

/** GeoJSON, or nothing: a report without a map is still one. @param {string} path @returns {Promise<any>} */
async function shapes(path) {
  try {
    const answer = await fetch(path, { credentials: 'same-origin' });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

function pinIcon() {
  const drawn = svg('svg', { viewBox: '0 0 24 24', aria: { hidden: true } },
    svg('path', { d: 'M12 23s8-8.5 8-14.2A8 8 0 0 0 4 8.8C4 14.5 12 23 12 23Z' }), svg('circle', { cx: 12, cy: 9, r: 3 }));
  return L.divIcon({ className: 'pin', html: drawn, iconSize: [44, 44], iconAnchor: [22, 43] });
}
