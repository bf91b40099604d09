// Keeps the answer of /api/desk fresh: after each change of the question, soon after each event, and once in a while.
import { app, emit, on, setView } from './app.js';
import { ask, latest, question } from './api.js';
import { t } from './i18n.js';
import { raise, settle, toast, troubles } from './notice.js';
import { startStream, stream } from './stream.js';

/** While nothing is streamed; with the stream only the minute hand makes a difference. */
const EVERY_MS = 15000;
const EVERY_LIVE_MS = 60000;
/** Figures and lists follow events at most this often, whatever comes. */
const SOON_MS = 2000;
/** A server that needs long to answer is asked less often: this many times as long as it took. */
const PATIENCE = 10;
/** Many screens follow the same events: one answer a second serves them all. */
const SHARED_S = 1;
const DATA = ['from', 'to', 'type', 'status', 'grid', 'plan', 'as_of', 'measure'];
const FIELDS = new Set(['from', 'to', 'type', 'status', 'grid', 'plan', 'as_of', 'measure']);

const newSignal = latest();
let etag = '';
/** When the server last answered, ms of this machine's clock. */
let heardAt = 0;
let askedAt = 0;
let tookMs = 0;
let asking = false;
let soon = 0;

export function startDesk() {
  on('view', (changed) => { if (DATA.some((name) => changed.has(name))) { etag = ''; load(); } });
  setInterval(() => { if (!document.hidden && Date.now() - askedAt >= (stream.state === 'live' ? EVERY_LIVE_MS : EVERY_MS)) load(true); }, 1000);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) load(true); });
  // Of accounts and the like only the kind is told, and no figure shows them.
  on('event', (told) => { if (told.subject) loadSoon(); });
  on('reset', loadSoon);
  // The line is back: what could not be asked meanwhile is asked now.
  on('stream', () => { if (stream.state === 'live' && (troubles.has('desk') || Date.now() - heardAt > SOON_MS)) loadSoon(); });
  on('polled', () => { heardAt = Date.now(); });
  return load();
}

/** Something happened: ask soon, once for all that happens until then. */
export function loadSoon() {
  if (soon) return;
  const wait = Math.max(150, askedAt + Math.max(SOON_MS, Math.min(EVERY_MS, PATIENCE * tookMs)) - Date.now());
  soon = setTimeout(() => { soon = 0; if (asking) loadSoon(); else if (!document.hidden) load(true); }, wait);
}

/** Milliseconds since the server last answered; nothing is older than it seems while the stream stands. */
export function age() {
  return heardAt && stream.state !== 'live' ? Date.now() - heardAt : 0;
}

/** @param {boolean} [quiet] a look in passing: nothing is dimmed */
export async function load(quiet = false) {
  if (quiet && asking) return;
  const signal = newSignal();
  asking = true;
  askedAt = Date.now();
  if (!quiet) document.body.classList.add('loading');
  try {
    const answer = await ask('/api/desk', { ...question(), measure: app.view.measure }, { signal, etag, age_s: quiet ? SHARED_S : 0 });
    tookMs = Date.now() - askedAt;
    heardAt = Date.now();
    settle('desk');
    emit('heard');
    if (answer) take(answer);
    // The answer was of a moment before the last event: ask once more.
    if (app.desk.seq < stream.seq) loadSoon();
  } catch (problem) {
    if (signal.aborted) return;
    if (!forgive(/** @type {any} */ (problem))) raise('desk', problem);
    emit('heard');
  } finally {
    if (!signal.aborted) { asking = false; document.body.classList.remove('loading'); }
  }
}

/** @param {{body: any, etag: string}} answer */
function take(answer) {
  etag = answer.etag;
  app.desk = answer.body;
  app.plan = answer.body.plan;
  app.grids = new Map((answer.body.grids ?? []).map((/** @type {any} */ it) => [it.code, it]));
  document.body.classList.add('ready');
  startStream(answer.body.seq);
  emit('desk', answer.body);
}

/**
 * A word of the address that the server does not know is named and left out, like any other unknown word.
 * @param {{status: number, field: string, message: string}} problem @returns {boolean} handled
 */
function forgive(problem) {
  const field = problem.field;
  if (problem.status !== 400 || !FIELDS.has(field)) return false;
  const value = app.view[/** @type {'from'} */ (field)];
  if (!value.length) return false;
  toast(`${problem.message} ${t('problem.ignored')}`);
  setView({ [field]: Array.isArray(value) ? [] : '' }, { replace: true });
  return true;
}
