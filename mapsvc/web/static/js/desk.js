// Keeps the answer of /api/desk fresh: after each change of the question, and every 15 seconds.
import { app, emit, on, setView } from './app.js';
import { ask, latest, question } from './api.js';
import { t } from './i18n.js';
import { raise, settle, toast } from './notice.js';

const EVERY_MS = 15000;
const DATA = ['from', 'to', 'type', 'status', 'grid', 'plan', 'as_of', 'measure'];
const FIELDS = new Set(['from', 'to', 'type', 'status', 'grid', 'plan', 'as_of', 'measure']);

const newSignal = latest();
let etag = '';
/** When the server last answered, ms of this machine's clock. */
let heardAt = 0;
let asking = false;

export function startDesk() {
  on('view', (changed) => { if (DATA.some((name) => changed.has(name))) { etag = ''; load(); } });
  setInterval(() => { if (!document.hidden) load(true); }, EVERY_MS);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) load(true); });
  return load();
}

/** Milliseconds since the server last answered. */
export function age() {
  return heardAt ? Date.now() - heardAt : 0;
}

/** @param {boolean} [quiet] a look in passing: nothing is dimmed */
export async function load(quiet = false) {
  if (quiet && asking) return;
  const signal = newSignal();
  asking = true;
  if (!quiet) document.body.classList.add('loading');
  try {
    const answer = await ask('/api/desk', { ...question(), measure: app.view.measure }, { signal, etag });
    heardAt = Date.now();
    settle('desk');
    emit('heard');
    if (answer) take(answer);
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
