// Incidents that change grid under the draft, as symbols on the map.
import { app } from '../app.js';
import { symbol, symbolName } from '../symbols.js';
import { shortCode } from '../i18n.js';
import { read } from './drafts.js';
import { hear, plan } from './state.js';

/** More symbols than this would cover what they stand for. */
const MOST = 200;
const SIZE_PX = 22;
const WAIT_MS = 250;

/** @type {any} */
let group = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let soon;
let asked = 0;

export function startMoved() {
  group = L.layerGroup().addTo(app.map);
  hear('draft', wait);
  hear('effect', wait);
  wait();
}

let shownFor = '';
function wait() {
  clearTimeout(soon);
  soon = setTimeout(load, WAIT_MS);
}

async function load() {
  const draft = plan.draft;
  if (!draft) return;
  const key = `${draft.id}:${draft.revision}`;
  if (key === shownFor) return;
  const mine = ++asked;
  try {
    const body = draft.position ? await read('/moved', { limit: MOST }) : { features: [] };
    if (mine !== asked) return;
    shownFor = key;
    draw(body.features ?? []);
  } catch {
    // the panel says what cannot be counted
  }
}

/** Open ones come first in the answer and are drawn last, on top. @param {any[]} features */
function draw(features) {
  group.clearLayers();
  for (const { geometry, properties } of [...features].reverse()) {
    if (!geometry) continue;
    const icon = L.divIcon({ className: 'dot-icon', iconSize: [SIZE_PX, SIZE_PX], html: /** @type {any} */ (symbol(properties, SIZE_PX)) });
    L.marker([geometry.coordinates[1], geometry.coordinates[0]], { pane: 'incidents', icon, interactive: false, keyboard: false, alt: symbolName(properties, `${shortCode(properties.from ?? '')} → ${shortCode(properties.to ?? '')}`) }).addTo(group);
  }
}
