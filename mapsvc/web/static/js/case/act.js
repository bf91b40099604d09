// What a post does with the open incident. Each call names the revision it was decided on; a refusal is kept as a sentence.
import { app, emit } from '../app.js';
import { get, latest, send } from '../api.js';
import { load } from '../desk.js';
import { has, t } from '../i18n.js';
import { eventWords } from './events.js';
import { may } from '../account/me.js';
import { whoWords } from './me.js';
import { facts, isDispatchable, open, set } from './state.js';

const newSignal = latest();
const adviceSignal = latest();
/** Advice older than this is asked for again when there are news: others were sent elsewhere meanwhile. */
const ADVICE_MS = 10_000;
let advisedAt = 0;

/** @param {string} [id] */
function path(id = open.id) {
  return `/api/cases/${encodeURIComponent(id)}`;
}

/** Read the open incident; throws a Problem. */
export async function read() {
  const id = open.id;
  const signal = newSignal();
  const told = await underPlanInView(await get(path(id), {}, signal), signal);
  if (open.id !== id) return;
  const before = open.case;
  set({ case: told });
  // Something happened between this answer and now: the line told of it first.
  if (open.heard > told.seq) { await read(); return; }
  if (before?.revision !== told.revision || !open.advice || Date.now() - advisedAt > ADVICE_MS) await advise();
}

/**
 * The page may show another plan than the one in force: the card then says what the matter is under that one.
 * @param {any} told @param {AbortSignal} [signal]
 */
async function underPlanInView(told, signal) {
  const { plan, as_of } = app.view;
  if (!plan && !as_of) return told;
  const { grid, certainty, near } = (await get(`/api/incidents/${encodeURIComponent(told.id)}`, { plan, as_of }, signal)).properties;
  const feature = { ...told.feature, properties: { ...told.feature.properties, grid, certainty, near, grid_share: 0 } };
  return { ...told, feature, shares: [], line: null };
}

/** Who should go, while somebody can still be sent. */
export async function advise() {
  if (!open.case || !isDispatchable() || !may('dispatch')) { if (open.advice) set({ advice: null }); return; }
  const id = open.id;
  const signal = adviceSignal();
  try {
    const advice = await get(`${path()}/recommend`, {}, signal);
    advisedAt = Date.now();
    if (open.id === id) set({ advice, adviceTrouble: null });
  } catch (problem) {
    if (!signal.aborted && open.id === id) set({ adviceTrouble: problem });
  }
}

/**
 * Do something with the open incident. What was typed stays where it is unless it was taken.
 * @param {string} name `steps`, `dispatch`, `undo`, `place`, `merge`, `unmerge` @param {any} body @param {{done?: (told: any) => string, keep?: boolean}} [how]
 * @returns {Promise<boolean>} taken
 */
export async function act(name, body, { done, keep = false } = {}) {
  if (open.busy || !open.case) return false;
  const { id } = open;
  const was = open.case;
  set({ busy: name, trouble: null, done: '' });
  try {
    const told = await underPlanInView((await send('POST', `${path()}/${name}`, body, { etag: `"r${was.revision}"` })).body);
    if (open.id !== id) return true;
    set({ case: told, busy: '', mode: keep ? open.mode : '', done: done?.(told) ?? '' });
    emit('case-done');
    await Promise.all([advise(), load(true)]);
    return true;
  } catch (problem) {
    if (open.id === id) await refused(/** @type {any} */ (problem), was, () => act(name, body, { done, keep }));
    return false;
  }
}

/** @param {import('../api.js').Problem} problem @param {any} was the case it was decided on @param {() => void} again */
async function refused(problem, was, again) {
  const kind = problem.status === 412 ? 'stale' : problem.status === 403 ? 'forbidden' : problem.status === 409 ? 'illegal' : 'failed';
  if (kind === 'stale' || kind === 'illegal') await read().catch(() => {});
  const news = kind === 'stale' ? newsSince(was) : [];
  const words = kind === 'stale' ? t('case.stale') : kind === 'forbidden' ? whoMay(problem) : kind === 'illegal' ? t('case.illegal', { status: t(`status.${facts().status}`) }) : problem.message;
  // What cannot be done again as it was (another state, another right) offers no second try.
  set({ busy: '', trouble: { kind, words, news, again: kind === 'failed' && !problem.field ? again : null } });
}

/** Which post may, in the reader's language; the server's own sentence where no right would help. @param {import('../api.js').Problem} problem */
function whoMay(problem) {
  const right = problem.body?.right;
  return right && has(`case.may.${right}`) ? `${t(`case.may.${right}`)} ${whoWords()}` : problem.message;
}

/** What happened since, in words, newest last. @param {any} was @returns {string[]} */
function newsSince(was) {
  const last = Math.max(0, ...(was.history ?? []).map((/** @type {any} */ it) => it.seq));
  return (open.case?.history ?? []).filter((/** @type {any} */ it) => it.seq > last).map(eventWords);
}

/** One step of the workflow. What can be undone says itself what was done. @param {string} step @param {Record<string, any>} [values] @param {string} [done] */
export function takeStep(step, values = {}, done = '') {
  return act('steps', { step, ...values }, { done: (told) => (told.undo ? '' : done) });
}

/** Send these. @param {string[]} targets @param {string} lead @param {{whistle?: boolean, reason?: string}} [how] */
export function dispatch(targets, lead, { whistle = false, reason = '' } = {}) {
  return act('dispatch', { targets, lead, ...(whistle ? { whistle } : {}), ...(reason ? { reason } : {}) });
}

/** Does this event speak of the open incident? Then it is remembered. @param {any} told */
export function concerns(told) {
  if (!open.id || told?.subject !== open.id) return false;
  open.heard = Math.max(open.heard, told.seq);
  return true;
}
