// The draft on the server: everything the page reads of it and does to it goes through here. None of these promises rejects.
import { ask, get, send } from '../api.js';
import { t } from '../i18n.js';
import { toast } from '../notice.js';
import { path } from './path.js';
import { endPreview } from './preview.js';
import { againOf, sketchOf } from './sketch.js';
import { change, plan, tell } from './state.js';

export { endPreview, preview } from './preview.js';

const WHOLE_AFTER_MS = 200;

/** @typedef {import('./state.js').Arc} Arc */
/** @typedef {{command: any, reason: string, sketch: any, again: any}} Drawn  again: the wish in words that hold on moved lines */

/** Read the draft's facts. @param {string} id @returns {Promise<boolean>} */
export async function loadDraft(id) {
  try {
    const answer = await ask(`/api/drafts/${encodeURIComponent(id)}`, {}, { etag: '""' });
    if (answer) { facts(answer.body, answer.etag); tell('findings'); }
    return true;
  } catch (problem) {
    tell('missing', problem);
    return false;
  }
}

/** What the server says of the draft now. @param {any} draft @param {string} etag */
export function facts(draft, etag) {
  // An answer of an edit says the draft's facts without its history: what it leaves out is kept until it is read again.
  const kept = plan.draft?.id === draft.id ? plan.draft : {};
  change({ draft: { ...kept, ...draft }, etag: etag || `"r${draft.revision}"` }, 'draft');
}

let arcsAsked = 0;
/** The last part of the map that was asked for. @type {{bbox: number[], z: number} | null} */
let inView = null;

/**
 * The arcs of the draft: those that meet the box in full, the others simplified for the zoom. Tells 'shapes'.
 * @param {number[]} bbox west, south, east, north in degrees @param {number} z
 */
export async function loadArcs(bbox, z) {
  inView = { bbox, z };
  const mine = ++arcsAsked;
  try {
    const answer = await ask(path('/arcs'), { bbox: bbox.map((it) => it.toFixed(7)), z: Math.round(z) });
    if (answer && mine === arcsAsked) takeArcs(answer.body);
  } catch (problem) {
    if (mine === arcsAsked) toast(/** @type {Error} */ (problem).message);
  }
}

/** @param {any} body ARCS */
function takeArcs(body) {
  // An answer that an edit of ours overtook would bring old lines back.
  if (plan.draft && body.revision < plan.draft.revision) { againArcs(); return; }
  const sameOrigin = String(body.origin) === String(plan.origin);
  const before = plan.arcs;
  const arcs = new Map(body.arcs.map((/** @type {Arc} */ arc) => {
    const had = sameOrigin ? before.get(arc.id) : undefined;
    return [arc.id, had?.full && !arc.full ? had : arc];
  }));
  change({ arcs, origin: body.origin, grids: byNumber(body.grids) }, 'shapes', null);
}

/** The same part of the map once more. */
export function againArcs() {
  if (inView) loadArcs(inView.bbox, inView.z);
}

/** @param {any[]} grids */
function byNumber(grids) {
  return new Map(grids.map((it) => [it.number, it]));
}

/** Writes go one after the other, so that each knows the revision the one before made. @type {Promise<any>} */
let line = Promise.resolve();

/** @template T @param {() => Promise<T>} work @returns {Promise<T>} */
export function inLine(work) {
  const next = line.then(async () => {
    change({ busy: true }, 'busy');
    try {
      return await work();
    } finally {
      change({ busy: false }, 'busy');
    }
  });
  line = next.catch(() => null);
  return next;
}

/**
 * Do an edit. Updates `plan` and tells 'shapes', 'draft', 'effect', 'findings'. A refusal tells 'refused' {detail, findings, command, reason}; another
 * planner's change of the same line tells 'conflict' {detail, findings, revision, command, reason}. A change of other lines is merged at once.
 * @param {any} command @param {{reason?: string, merge?: boolean}} [how] @returns {Promise<any>} CHANGE, or null where nothing was changed
 */
export function edit(command, { reason = '', merge = false } = {}) {
  endPreview();
  const based = plan.etag;
  const drawn = { command, reason, sketch: sketchOf(command), again: againOf(command) };
  return inLine(async () => {
    // What was drawn before an edit of our own came through still means the lines it was drawn on.
    const etag = merge ? plan.etag : based;
    try {
      return take(await send('POST', path('/edits'), { command, reason, ...(merge || etag !== plan.etag ? { merge: true } : {}) }, { etag }), 'edit');
    } catch (problem) {
      const { status, body } = /** @type {any} */ (problem);
      if (status === 412 && body?.mergeable) return mergeIn({ ...drawn, etag });
      return failed(problem, { ...drawn, etag });
    }
  });
}

/** Another planner changed other lines: both changes hold. @param {Drawn & {etag: string}} what */
async function mergeIn(what) {
  const { command, reason, etag } = what;
  try {
    const answer = await send('POST', path('/edits'), { command, reason, merge: true }, { etag });
    toast(t('planner.merged'));
    const done = take(answer, 'edit');
    againArcs();
    return done;
  } catch (problem) {
    return failed(problem, what);
  }
}

/** @param {any} problem @param {Partial<Drawn & {etag: string}>} what */
async function failed(problem, what) {
  const findings = problem.body?.findings ?? { type: 'FeatureCollection', features: [] };
  if (problem.status === 422) tell('refused', { ...what, detail: problem.message, findings });
  else if (problem.status === 412 || (problem.status === 409 && findings.features.length)) {
    tell('conflict', { ...what, detail: problem.message, findings, revision: problem.body?.revision, mergeable: problem.body?.mergeable });
  } else toast(problem.message);
  if (problem.status === 412 || problem.status === 409) await refresh();
  return null;
}

/** @param {{body: any, etag: string}} answer CHANGE @param {'edit' | 'undo' | 'redo'} by */
function take({ body, etag }, by) {
  const { removed = [], added = [], grids, origin, effect, findings, ...draft } = body;
  const moved = origin ? [origin[0] - plan.origin[0], origin[1] - plan.origin[1]] : [0, 0];
  for (const id of removed) plan.arcs.delete(id);
  for (const arc of added) {
    // Steps count from the answer's own origin; the page keeps one.
    plan.arcs.set(arc.id, { full: true, ...arc, steps: [arc.steps[0] + moved[0], arc.steps[1] + moved[1], ...arc.steps.slice(2)] });
  }
  if (grids) plan.grids = byNumber(grids);
  plan.last = effect ? { ...effect, findings: effect.findings ?? findings, by } : null;
  plan.preview = null;
  facts(draft, etag);
  tell('shapes', { removed, added: added.map((/** @type {Arc} */ it) => it.id) });
  tell('effect', plan.last);
  tell('findings');
  later();
  return body;
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let soon;
/** The effect of the whole draft and its history are read when the hand rests. */
function later() {
  clearTimeout(soon);
  soon = setTimeout(() => { refreshFacts(); loadEffect(); }, WHOLE_AFTER_MS);
}

/** The effect of the whole draft against the plan it replaces. */
export async function loadEffect() {
  try {
    change({ effect: await get(path('/effect')) }, 'effect', null);
  } catch (problem) {
    tell('effect_failed', problem);
  }
}

async function refreshFacts() {
  try {
    const answer = await ask(path(), {}, { etag: '""' });
    if (answer && answer.body.revision >= (plan.draft?.revision ?? 0)) facts(answer.body, answer.etag);
  } catch {
    // the next look comes in a few seconds
  }
}

/** Read everything anew: another planner was here. */
export async function refresh() {
  await refreshFacts();
  againArcs();
  await loadEffect();
  tell('findings');
}

/** @param {'undo' | 'redo'} way @param {number} [to] position */
function step(way, to) {
  return carryOut(`/${way}`, to === undefined ? {} : { to }, way);
}

/**
 * A write that changes lines other than by a command: undo, a file, another draft's changes.
 * @param {string} rest what follows the draft's address @param {any} body @param {'edit' | 'undo' | 'redo'} [by]
 * @returns {Promise<any>} CHANGE, or null where nothing was changed
 */
export function carryOut(rest, body, by = 'edit') {
  endPreview();
  return inLine(async () => {
    try {
      return take(await send('POST', path(rest), body, { etag: plan.etag }), by);
    } catch (problem) {
      return failed(problem, {});
    }
  });
}

/** One edit back, or back to a position. @param {number} [to] @returns {Promise<any>} CHANGE or null */
export function undo(to) {
  return plan.draft?.can_undo ? step('undo', to) : Promise.resolve(null);
}

/** One edit forward again, or forward to a position. @param {number} [to] @returns {Promise<any>} CHANGE or null */
export function redo(to) {
  return plan.draft?.can_redo ? step('redo', to) : Promise.resolve(null);
}

/**
 * Any other write of the draft. @param {string} method @param {string} rest what follows the draft's address @param {any} [body]
 * @returns {Promise<any>} its answer; a Problem is thrown, for the asker knows what to say
 */
export function write(method, rest, body = {}) {
  return inLine(async () => {
    const answer = await send(method, path(rest), body, { etag: plan.etag });
    if (answer.body.id === plan.draft?.id && 'revision' in answer.body) facts(answer.body, answer.etag);
    return answer.body;
  });
}

/** Anything else about the draft. @param {string} rest @param {import('../api.js').Params} [params] */
export function read(rest, params = {}) {
  return get(path(rest), params);
}
