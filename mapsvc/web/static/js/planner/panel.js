// The panel at the right: one part at a time by tabs, a list over it while one is open, and what must be answered on top.
import { app, on, setView } from '../app.js';
import { byId, el, fill } from '../el.js';
import { t } from '../i18n.js';
import { startConflict } from './conflict.js';
import { startEffect } from './effect.js';
import { startFiles } from './files.js';
import { startFindings } from './findings.js';
import { startHistory } from './history.js';
import { showMoved } from './movedlist.js';
import { startProposals } from './proposals.js';
import { startReview } from './review.js';
import { hear, plan } from './state.js';
import { isOpen } from './words.js';

/** Tab -> what fills it. '' is the first one. @type {[string, (place: HTMLElement) => void][]} */
const PARTS = [['', startEffect], ['proposals', startProposals], ['history', startPast], ['review', startReview]];

/** @type {HTMLElement} */
let list;
/** What opened the list, by its name: parts are drawn anew. */
let openedBy = '';

export function startPanel() {
  const body = byId('panel-body');
  const alerts = el('div', { id: 'planner-alerts' });
  list = el('section', { class: 'part-list', hidden: true });
  const parts = PARTS.map(([name, start]) => {
    const place = el('section', { class: 'tab-part', id: `part-${name || 'effect'}`, role: 'tabpanel', aria: { labelledby: `tab-${name || 'effect'}` }, data: { part: name } });
    start(place);
    return place;
  });
  fill(body, alerts, list, ...parts);
  startConflict(alerts);
  startFindings();
  tabs();
  on('view', (changed) => { if (changed.has('panel') || changed.has('sel')) show(); });
  hear('draft', tabs);
  show();
}

/** The history, and below it what comes and goes by files. @param {HTMLElement} place */
function startPast(place) {
  const [past, files] = [el('div'), el('div')];
  place.append(past, files);
  startHistory(past);
  startFiles(files);
}

/** The part that is open. */
export function openPart() {
  return app.view.panel ?? '';
}

function tabs() {
  const place = byId('tabs');
  const words = (/** @type {string} */ name) => {
    if (name === 'history') return t('planner.tab.history', { n: plan.draft?.position ?? 0 });
    return t(name === 'review' && plan.draft && !isOpen() ? 'planner.tab.reviewing' : `planner.tab.${name || 'effect'}`);
  };
  const key = PARTS.map(([name]) => words(name)).join() + openPart();
  if (place.dataset.shown === key) return;
  place.dataset.shown = key;
  const focused = place.contains(document.activeElement);
  fill(place, PARTS.map(([name]) => el('button', {
    class: 'tab', type: 'button', role: 'tab', id: `tab-${name || 'effect'}`, tabindex: name === openPart() ? '0' : '-1', data: { part: name },
    aria: { selected: name === openPart(), controls: `part-${name || 'effect'}` }, on: { click: () => setView({ panel: name, sel: '' }), keydown: walk },
  }, words(name))));
  if (focused) /** @type {HTMLElement | null} */ (place.querySelector('[aria-selected=true]'))?.focus();
}

/** @param {KeyboardEvent} event */
function walk(event) {
  const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
  if (!step) return;
  event.preventDefault();
  event.stopPropagation();
  const at = PARTS.findIndex(([name]) => name === openPart());
  setView({ panel: PARTS[(at + step + PARTS.length) % PARTS.length][0], sel: '' });
}

function show() {
  tabs();
  const listed = app.view.sel.startsWith('list:');
  for (const part of byId('panel-body').querySelectorAll('.tab-part')) /** @type {HTMLElement} */ (part).hidden = listed || /** @type {HTMLElement} */ (part).dataset.part !== openPart();
  const opened = listed && list.hidden;
  const closed = !listed && !list.hidden;
  if (opened) openedBy = document.activeElement?.getAttribute('data-id') ?? '';
  list.hidden = !listed;
  if (listed) showMoved(list, app.view.sel.slice(5)).then(() => { if (opened) list.querySelector('h1')?.focus({ preventScroll: true }); });
  else fill(list);
  if (opened) byId('panel').scrollTop = 0;
  // Closing gives the focus back to the number that opened the list.
  if (closed && openedBy) /** @type {HTMLElement | null} */ (byId('panel-body').querySelector(`.tab-part:not([hidden]) [data-id="${CSS.escape(openedBy)}"]`))?.focus({ preventScroll: true });
}
