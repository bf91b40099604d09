// To the server: the report under its key, then its photos. Sent again, nothing becomes double.

const PATIENCE_MS = 30000;

/** The server's refusal, or no line to it (status 0). */
export class NotSent extends Error {
  /** @param {number} status @param {string} detail @param {string} [field] */
  constructor(status, detail, field = '') {
    super(detail);
    this.status = status;
    this.field = field;
  }
}

/** @param {string} path @param {string} channel */
const address = (path, channel) => (channel ? `${path}?c=${encodeURIComponent(channel)}` : path);

/** Ends a request that nobody answers; browsers without it wait as long as they do. */
function patience() {
  return typeof AbortSignal.timeout === 'function' ? AbortSignal.timeout(PATIENCE_MS) : undefined;
}

/** @param {string} path @param {RequestInit} how @returns {Promise<any>} */
async function post(path, how) {
  let answer;
  try {
    answer = await fetch(path, { method: 'POST', credentials: 'same-origin', cache: 'no-store', signal: patience(), ...how });
  } catch {
    throw new NotSent(0, '');
  }
  const told = await answer.json().catch(() => null);
  if (!answer.ok || told === null) throw new NotSent(answer.status, told?.detail ?? '', told?.field ?? '');
  return told;
}

/** @param {string} channel @param {Record<string, any>} report */
export function sendReport(channel, report) {
  return post(address('/api/reports', channel), { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(report) });
}

/** @param {string} channel @param {string} id @param {string} ref @param {Blob} photo */
export function sendPhoto(channel, id, ref, photo) {
  const form = new FormData();
  form.append('ref', ref);
  form.append('photo', photo, 'photo.jpg');
  return post(address(`/api/reports/${encodeURIComponent(id)}/photos`, channel), { body: form });
}
