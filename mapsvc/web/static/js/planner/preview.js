// Previews: what an edit would do while it is still under the hand. Nothing is stored.
import { send } from '../api.js';
import { path } from './path.js';
import { change, plan } from './state.js';

const PREVIEW_EVERY_MS = 100;

/** @type {{command: any, done: (effect: any) => void} | null} */
let waiting = null;
let previewing = false;
let previewed = 0;
let numbered = 0;

/**
 * What an edit would do; nothing is stored. One question at a time, every 100 ms at most; of those that wait only the newest is asked.
 * Tells 'preview': the EFFECT, `{refused, findings}` where the edit would be refused, or null.
 * @param {any} command @returns {Promise<any>} EFFECT, or null where there is none or a newer one took its place
 */
export function preview(command) {
  return new Promise((done) => {
    waiting?.done(null);
    waiting = { command, done };
    pump();
  });
}

/** Nothing is being dragged any more. */
export function endPreview() {
  waiting?.done(null);
  waiting = null;
  numbered += 1;
  if (plan.preview) change({ preview: null }, 'preview', null);
}

async function pump() {
  if (previewing || !waiting) return;
  const late = previewed + PREVIEW_EVERY_MS - performance.now();
  if (late > 0) { setTimeout(pump, late); return; }
  const { command, done } = waiting;
  waiting = null;
  previewing = true;
  previewed = performance.now();
  const n = ++numbered;
  let effect = null;
  try {
    effect = (await send('POST', path('/preview'), { command, n }, { etag: plan.etag })).body;
    if (n === numbered) change({ preview: effect }, 'preview', effect);
    else effect = null;
  } catch (problem) {
    const { status, body, message } = /** @type {any} */ (problem);
    // No word about a stale revision or a lost line here: the edit itself will say it.
    if (n === numbered) change({ preview: null }, 'preview', status === 422 ? { refused: message, findings: body?.findings ?? null } : null);
  } finally {
    previewing = false;
  }
  done(effect);
  pump();
}
