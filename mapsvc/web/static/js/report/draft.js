// What was typed, kept on the phone until it is sent; and the key by which the same report is known however often it is sent.

const PLACE = 'mapsvc.report';

/**
 * @typedef {{lon: number, lat: number, accuracy_m?: number, method: 'gps' | 'map_click'}} Spot
 * @typedef {{ref: string, type: string, text: string, address: string, spot: Spot | null, waits: boolean, at: string}} Draft
 *   waits: it was to be sent while there was no line. at: when it was begun.
 */

/** A new key. Random, so that it says nothing of the phone. */
function newRef() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `phone-${[...bytes].map((it) => String.fromCharCode(97 + (it >> 4)) + String.fromCharCode(97 + (it & 15))).join('')}`;
}

/** @returns {Draft} */
export function emptyDraft() {
  return { ref: newRef(), type: '', text: '', address: '', spot: null, waits: false, at: '' };
}

/** The kept draft of a channel, or an empty one. @param {string} channel @returns {Draft} */
export function readDraft(channel) {
  try {
    const kept = JSON.parse(localStorage.getItem(`${PLACE}.${channel}`) ?? 'null');
    if (kept && typeof kept.ref === 'string' && typeof kept.text === 'string') return { ...emptyDraft(), ...kept };
  } catch {
    // A phone that keeps nothing still reports.
  }
  return emptyDraft();
}

/** @param {string} channel @param {Draft} draft @returns {boolean} whether the phone keeps it */
export function keepDraft(channel, draft) {
  try {
    localStorage.setItem(`${PLACE}.${channel}`, JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

/** @param {string} channel */
export function dropDraft(channel) {
  try {
    localStorage.removeItem(`${PLACE}.${channel}`);
  } catch {
    // nothing was kept
  }
}
