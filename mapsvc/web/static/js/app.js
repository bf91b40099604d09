// The state of the page and who hears of its changes. Components read `app` and listen; only this file writes the address.
import { defaultView, differences, parseView, writeView } from './state/url.js';

/** @typedef {import('./state/url.js').View} View */

const root = document.documentElement;
const bus = new EventTarget();
const first = parseView(location.search, root.dataset.desk ?? 'command');

export const app = {
  /** 'command' or 'hotspots' */
  deskName: root.dataset.desk ?? 'command',
  /** @type {View} */
  view: first.view,
  /** Words of the address that were not understood. */
  problems: first.problems,
  /** The last answer of /api/desk. @type {any} */
  desk: null,
  /** The plan in view: what the page was printed with, then what /api/desk says. @type {{id: string, revision: number, bbox: number[], grids: number, datum?: string} | null} */
  plan: JSON.parse(root.dataset.plan ?? 'null'),
  /** Grids of the plan by code. @type {Map<string, any>} */
  grids: new Map(),
  /** The Leaflet map. @type {any} */
  map: null,
  /** What the incident layer drew, for the legend. @type {{drawn: number, matched: number, unlocated: number, by_grid: number, mode: string}} */
  drawn: { drawn: 0, matched: 0, unlocated: 0, by_grid: 0, mode: 'none' },
};

/** @param {string} event @param {(detail: any) => void} hear */
export function on(event, hear) {
  bus.addEventListener(event, (it) => hear(/** @type {CustomEvent} */ (it).detail));
}

/** @param {string} event @param {any} [detail] */
export function emit(event, detail) {
  bus.dispatchEvent(new CustomEvent(event, { detail }));
}

/**
 * Change the view. A step the user can go back to is pushed; a drag or a pan replaces.
 * @param {Partial<View>} patch @param {{replace?: boolean}} [how]
 */
export function setView(patch, { replace = false } = {}) {
  const next = { ...app.view, ...patch };
  const changed = differences(app.view, next);
  if (changed.size === 0) return;
  app.view = next;
  const address = location.pathname + writeView(next, app.deskName);
  if (replace) history.replaceState(null, '', address);
  else history.pushState(null, '', address);
  emit('view', changed);
}

/** The address of this view at another desk, wall or language. @param {string} path @param {Partial<View>} patch */
export function addressOf(path, patch = {}) {
  const desk = path.replace('/', '');
  const kept = { ...app.view, ...patch };
  if (desk !== app.deskName) Object.assign(kept, { layers: defaultView(desk).layers, sel: '', cmp: '' });
  return path + writeView(kept, desk);
}

export function isCity() {
  return (app.plan?.grids ?? 0) >= 40;
}

export function isWall() {
  return app.view.wall;
}

window.addEventListener('popstate', () => {
  const { view, problems } = parseView(location.search, app.deskName);
  const changed = differences(app.view, view);
  app.view = view;
  if (problems.length) emit('problems', problems);
  if (changed.size) emit('view', changed);
});
