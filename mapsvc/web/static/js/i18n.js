// The sentences of the page's language, as the server printed them, and names in that language.

/** @type {Record<string, string>} */
const TEXTS = JSON.parse(/** @type {HTMLElement} */ (document.getElementById('messages')).textContent ?? '{}');

/** @type {'en' | 'zh'} */
export const lang = document.documentElement.lang.startsWith('zh') ? 'zh' : 'en';

/**
 * The sentence of this key with its values filled in; the key itself where there is none.
 * @param {string} key @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  return (TEXTS[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** Is there a sentence of this key? @param {string} key */
export function has(key) {
  return key in TEXTS;
}

/**
 * A sentence that differs for one and for many; `one` is `key.1` where the language has it.
 * @param {string} key @param {number} n @param {Record<string, string | number>} values
 */
export function count(key, n, values) {
  return t(n === 1 && has(`${key}.1`) ? `${key}.1` : key, values);
}

/**
 * The name of a thing in the reader's language, in the other where that is all there is.
 * @param {{name?: string, name_zh?: string}} thing
 */
export function nameOf(thing) {
  return (lang === 'zh' ? thing.name_zh || thing.name : thing.name || thing.name_zh) || '';
}

/**
 * The part of a code that people say: "06" for a 15-digit code, the code itself elsewhere.
 * @param {string} code
 */
export function shortCode(code) {
  return /^\d{15}$/.test(code) ? code.slice(-3).replace(/^0(?=\d\d$)/, '') : code;
}

/**
 * "06 Brick Lane": a grid's number always goes with its name.
 * @param {{code: string, name?: string, name_zh?: string, kind?: string} | undefined} grid @param {string} [code]
 */
export function gridTitle(grid, code = '') {
  if (!grid) return shortCode(code);
  const short = shortCode(grid.code);
  const name = nameOf(grid);
  const star = grid.kind === 'special' ? ' ★' : '';
  return name && name !== grid.code && name !== short ? `${short} ${name}${star}` : `${short}${star}`;
}
