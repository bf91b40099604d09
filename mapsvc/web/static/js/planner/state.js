// The state of the planner's page and who hears of its changes. Tools, map and panel read `plan` and listen; they never call each other.

/**
 * @typedef {{id: number, left: number, right: number, full: boolean, steps: number[]}} Arc as docs/api.md ARCS
 * @typedef {{number: number, code: string, name: string, name_zh: string, kind: string, locked: boolean, label: [number, number]}} PlanGrid
 */

const bus = new EventTarget();

export const plan = {
  /** The draft's facts (docs/api.md DRAFT with edits), null before one is chosen. @type {any} */
  draft: null,
  /** ETag of the draft as this page knows it. */
  etag: '',
  /** @type {Map<number, Arc>} */
  arcs: new Map(),
  /** @type {Map<number, PlanGrid>} by number */
  grids: new Map(),
  /** Whole 1e-8 degrees that step coordinates count from. @type {[number, number]} */
  origin: [0, 0],
  /** 'pick' | 'edge' | 'reshape' | 'split' | 'merge' | 'transfer' | 'lock' */
  tool: 'pick',
  /** Lines snap to streets and vertices. */
  snapping: true,
  /** What is chosen on the map. @type {{kind: 'grid' | 'arc' | 'vertex', code?: string, arc?: number, index?: number} | null} */
  chosen: null,
  /** EFFECT of the whole draft, of the edit being previewed, and of the last edit. @type {any} */
  effect: null,
  preview: null,
  last: null,
  /** True while a request that writes is on its way. */
  busy: false,
};

/**
 * Events: 'draft' (facts or revision changed), 'shapes' ({removed, added} arcs changed; null = all new), 'tool', 'chosen', 'preview', 'effect',
 * 'findings', 'goto' ({bbox}), 'proposal' (a step to show on the map, or null), 'compare' (share of the width or null), 'conflict', 'refused'.
 * @param {string} event @param {(detail: any) => void} hear
 */
export function hear(event, hear) {
  bus.addEventListener(event, (it) => hear(/** @type {CustomEvent} */ (it).detail));
}

/** @param {string} event @param {any} [detail] */
export function tell(event, detail) {
  bus.dispatchEvent(new CustomEvent(event, { detail }));
}

/** @param {Partial<typeof plan>} patch @param {string} event @param {any} [detail] */
export function change(patch, event, detail) {
  Object.assign(plan, patch);
  tell(event, detail);
}
