// Questions to the server. A refusal becomes a Problem with the server's own sentence.
import { app, emit } from './app.js';
import { t } from './i18n.js';

/** What the server, or the line to it, said instead of an answer. */
export class Problem extends Error {
  /** @param {{status: number, detail: string, title?: string, field?: string, code?: string, body?: any}} it */
  constructor(it) {
    super(it.detail);
    this.status = it.status;
    this.title = it.title ?? '';
    this.field = it.field ?? '';
    this.code = it.code ?? '';
    /** The whole answer, for what a kind of problem adds (findings, revision). @type {any} */
    this.body = it.body ?? null;
  }

  /** A line to copy into a message to whoever runs the service. */
  get line() {
    return ['problem', this.status || 'offline', this.title, this.code].filter(Boolean).join(' · ');
  }
}

/** @typedef {Record<string, string | number | string[] | undefined>} Params */

/** @param {string} path @param {Params} params */
export function address(path, params) {
  const pairs = Object.entries(params).filter(([, value]) => value !== undefined && value !== '' && String(value) !== '');
  return pairs.length ? `${path}?${pairs.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')}` : path;
}

/** The question the whole page asks: interval, filter, plan. @returns {Params} */
export function question() {
  const { from, to, type, status, grid, plan, as_of } = app.view;
  return { from, to, type, status, grid, plan, as_of };
}

/** The same with the interval spelled out: summaries and tiles know no default one. @returns {Params} */
export function spelledQuestion() {
  const interval = app.desk?.interval;
  return { ...question(), from: app.view.from || interval?.from, to: app.view.to || interval?.to };
}

/** The same without the interval: open matters are open whenever they began. @returns {Params} */
export function openQuestion() {
  return { ...question(), from: undefined, to: undefined };
}

/**
 * @param {string} path @param {Params} [params] @param {{signal?: AbortSignal, etag?: string, age_s?: number}} [how] age_s: an answer of so many seconds ago will do
 * @returns {Promise<{body: any, etag: string} | null>} null = not changed since `etag`
 */
export async function ask(path, params = {}, { signal, etag, age_s } = {}) {
  let answer;
  try {
    const headers = { ...(etag ? { 'If-None-Match': etag } : {}), ...(age_s ? { 'Cache-Control': `max-age=${age_s}` } : {}) };
    answer = await fetch(address(path, params), { signal, headers, cache: etag ? 'no-store' : 'default', credentials: 'same-origin' });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem({ status: 0, detail: t('error.offline') });
  }
  if (answer.status === 304) return null;
  const body = await answer.json().catch(() => null);
  if (!answer.ok || body === null) throw problemOf(answer, body);
  return { body, etag: answer.headers.get('ETag') ?? '' };
}

/** @param {Response} answer @param {any} body */
function problemOf(answer, body) {
  // A wrong password tells the tries that are left; without them it is the session that is over.
  if (answer.status === 401 && body?.left === undefined) emit('signed_out');
  return new Problem({
    status: answer.status, detail: body?.detail ?? t('error.unreadable'), title: body?.title, field: body?.field,
    code: body?.code ?? body?.instance ?? answer.headers.get('X-Request-ID') ?? '', body,
  });
}

/**
 * Ask the server to do something.
 * @param {string} method @param {string} path @param {any} body JSON values, or a form with a file
 * @param {{etag?: string, signal?: AbortSignal}} [how]
 * @returns {Promise<{body: any, etag: string}>}
 */
export async function send(method, path, body, { etag, signal } = {}) {
  /** @type {Record<string, string>} */
  const headers = {};
  const isForm = body instanceof FormData; // the browser names its boundary itself
  if (!isForm) headers['Content-Type'] = 'application/json';
  if (etag) headers['If-Match'] = etag;
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: isForm ? body : JSON.stringify(body ?? {}), signal, cache: 'no-store', credentials: 'same-origin' });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem({ status: 0, detail: t('error.offline_write') });
  }
  const told = await answer.json().catch(() => null);
  if (!answer.ok || told === null) throw problemOf(answer, told);
  return { body: told, etag: answer.headers.get('ETag') ?? '' };
}

/** The body alone. @param {string} path @param {Params} [params] @param {AbortSignal} [signal] */
export async function get(path, params, signal) {
  return /** @type {{body: any}} */ (await ask(path, params, { signal })).body;
}

/** One question at a time: a new one ends the one before. */
export function latest() {
  /** @type {AbortController | null} */
  let running = null;
  return () => {
    running?.abort();
    running = new AbortController();
    return running.signal;
  };
}
