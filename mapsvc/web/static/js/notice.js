// What the page has to say about itself: toasts, and the state of each part that failed.
import { emit, on } from './app.js';
import { byId, el } from './el.js';
import { icon } from './icons.js';
import { t } from './i18n.js';

const STAYS_MS = 8000;

/** Problems by the part they belong to. @type {Map<string, any>} */
export const troubles = new Map();

/**
 * A part could not be read: say so once, until it works again.
 * @param {string} part @param {any} problem
 */
export function raise(part, problem) {
  troubles.set(part, problem);
  emit('troubles');
}

/** The part works again. @param {string} part */
export function settle(part) {
  if (troubles.delete(part)) emit('troubles');
}

/** A sentence that goes away by itself; it stays while it has the focus or the pointer. @param {string} sentence */
export function toast(sentence) {
  const line = el('div', { class: 'toast' }, el('span', {}, sentence),
    el('button', { class: 'btn quiet', type: 'button', aria: { label: t('close') }, on: { click: () => line.remove() } }, icon('x')));
  byId('toasts').append(line);
  const leave = () => { if (line.matches(':hover, :focus-within')) setTimeout(leave, 1000); else line.remove(); };
  setTimeout(leave, STAYS_MS);
}

/** @param {{name: string, value: string}[]} problems */
export function namedProblems(problems) {
  for (const { name, value } of problems) toast(t('problem.unknown', { name, value: value.slice(0, 80) }));
}

/**
 * A card for a part that failed: what happened, what still works, what to do, a line to copy.
 * @param {any} problem @param {string} what title @param {() => void} again
 */
export function troubleCard(problem, what, again) {
  const line = problem.line ?? String(problem);
  return el('section', { class: 'trouble', role: 'alert' }, el('h2', {}, what), el('p', {}, problem.message), el('p', { class: 'muted small' }, t('error.still')),
    el('p', { class: 'row wrap' },
      el('button', { class: 'btn pri', type: 'button', on: { click: again } }, t('error.again')),
      el('button', { class: 'btn', type: 'button', on: { click: () => navigator.clipboard?.writeText(line) } }, t('error.copy'))),
    el('p', { class: 'code muted' }, line));
}

export function startNotice() {
  on('problems', namedProblems);
}
