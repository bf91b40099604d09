// The incident that is open in the panel: what the server last said of it, and what the post is about to do.
import { emit } from '../app.js';

/**
 * @typedef {object} Trouble
 * @property {'stale' | 'forbidden' | 'illegal' | 'failed'} kind
 * @property {string} words
 * @property {string[]} [news] what another post did meanwhile
 * @property {(() => void) | null} [again]
 */

export const open = {
  id: '',
  /** CASE of the HTTP contract. @type {any} */
  case: null,
  /** Answer of /recommend; null = not asked. @type {any} */
  advice: null,
  /** Why it could not be read. @type {any} */
  adviceTrouble: null,
  /** The form that is open below the buttons: '', 'who', 'whistle', 'pin', 'place', 'compare:ID' or 'step:NAME'. */
  mode: '',
  /** What is under way: '' or the name of the call. */
  busy: '',
  /** @type {Trouble | null} */
  trouble: null,
  /** One sentence on what was just done. */
  done: '',
  /** The newest event heard of it; an answer from before it is read again. */
  heard: 0,
};

/** Forget what was open. @param {string} id of the next one, '' = none */
export function forget(id) {
  Object.assign(open, { id, case: null, advice: null, adviceTrouble: null, mode: '', busy: '', trouble: null, done: '', heard: 0 });
}

/** @param {Partial<typeof open>} patch */
export function set(patch) {
  Object.assign(open, patch);
  emit('case', Object.keys(patch));
}

/** Open a form, or close it when it is open. @param {string} mode */
export function turnMode(mode) {
  set({ mode: open.mode === mode ? '' : mode, trouble: null });
}

/** What the card shows of the place and the matter. @returns {any} */
export function facts() {
  return open.case?.feature?.properties ?? {};
}

/** @returns {[number, number] | null} lon, lat */
export function point() {
  const at = open.case?.feature?.geometry?.coordinates;
  return at ? [at[0], at[1]] : null;
}

/** The offered step of this name. @param {...string} names the first that is offered */
export function stepOf(...names) {
  const offered = open.case?.steps ?? [];
  return names.map((name) => offered.find((/** @type {any} */ it) => it.name === name)).find(Boolean) ?? null;
}

/** May a dispatch start from here? */
export function isDispatchable() {
  return ['reported', 'accepted', 'filed', 'rework'].includes(facts().status) && !open.case?.merged_into;
}
