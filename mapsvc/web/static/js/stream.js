// What happens, as it happens: a stream of events by number; while it is lost, the same events are asked for every 10 seconds.
import { emit } from './app.js';
import { get } from './api.js';

/** @typedef {{seq: number, kind: string, subject?: string, post?: string, at?: string, feature?: any, first?: number, last?: number, n?: number, drill?: boolean}} Told */

const ASK_MS = 10000;
/** A stream that was refused (all places taken, no longer signed in) is tried again after this. */
const AGAIN_MS = 30000;
const PAGE = 500;

/** `state`: 'off' before the first figures, 'live', or 'lost' since a moment of this machine's clock (ms). */
export const stream = { state: /** @type {'off' | 'live' | 'lost'} */ ('off'), since: 0, seq: 0 };

/** @type {EventSource | null} */
let source = null;
let asking = false;
let askTimer = 0;
let againTimer = 0;

/** Begin to listen behind the number of the first figures. @param {number} seq */
export function startStream(seq) {
  if (stream.state !== 'off') return;
  stream.seq = seq;
  stream.since = Date.now();
  stream.state = 'lost';
  open();
  window.addEventListener('pagehide', () => { source?.close(); source = null; });
  window.addEventListener('pageshow', (event) => { if (event.persisted) open(); });
}

function open() {
  clearTimeout(againTimer);
  source?.close();
  source = new EventSource(`/api/stream?after=${stream.seq}`);
  source.addEventListener('open', found);
  source.addEventListener('error', lost);
  for (const name of ['incident', 'incidents', 'journal']) source.addEventListener(name, (event) => hear(JSON.parse(/** @type {MessageEvent} */ (event).data)));
  source.addEventListener('reset', (event) => startOver(JSON.parse(/** @type {MessageEvent} */ (event).data).seq));
}

function found() {
  clearTimeout(askTimer);
  askTimer = 0;
  if (stream.state === 'live') return;
  stream.state = 'live';
  emit('stream', stream);
}

function lost() {
  if (stream.state === 'live') {
    stream.state = 'lost';
    stream.since = Date.now();
  }
  emit('stream', stream);
  // The browser tries again by itself, unless the answer was a refusal.
  if (source?.readyState === EventSource.CLOSED) { clearTimeout(againTimer); againTimer = setTimeout(open, AGAIN_MS); }
  if (!askTimer) askTimer = setTimeout(poll, ASK_MS);
}

async function poll() {
  await catchUp();
  if (askTimer) askTimer = setTimeout(poll, ASK_MS);
}

/** The highest number that is known to exist. */
let known = 0;

/** Ask for what is missing behind the last number heard. */
async function catchUp() {
  if (asking) return;
  asking = true;
  try {
    for (let more = true; more || stream.seq < known;) {
      const body = await get('/api/events', { after: stream.seq, limit: PAGE });
      if (body.seq < stream.seq || (!body.events.length && stream.seq < known)) startOver(body.seq);
      for (const told of body.events) take(told);
      more = body.events.length === PAGE;
    }
    emit('polled');
  } catch {
    // Asked again in a moment; the note says since when nothing was heard.
  } finally {
    asking = false;
  }
}

/** The store is another one, or too much was missed: everything is read anew. @param {number} seq */
function startOver(seq) {
  stream.seq = seq;
  known = seq;
  emit('reset');
}

/** @param {Told} told */
function hear(told) {
  known = Math.max(known, told.seq);
  if (told.seq > stream.seq + 1) catchUp();
  else take(told);
}

/** Each number once, in order. @param {Told} told */
function take(told) {
  if (told.seq !== stream.seq + 1) return;
  stream.seq = told.seq;
  emit('event', told);
}
