// The right panel: what is selected decides what it shows. Opening moves the focus to its heading, closing gives it back.
import { app, emit, isCity, on, setView } from './app.js';
import { cityPanel } from './citypanel.js';
import { classCard } from './classlist.js';
import { byId, el, fill } from './el.js';
import { showGridCard } from './gridcard.js';
import { icon } from './icons.js';
import { t } from './i18n.js';
import { showIncident } from './incident.js';
import { showList } from './listpanel.js';
import { load } from './desk.js';
import { troubleCard, troubles } from './notice.js';
import { overview } from './overview.js';
import { cellCard, reading } from './reading.js';
import { firstUse } from './states.js';

/** Where the focus was when a card opened; parts are drawn anew, so it is also known by name. @type {{node: HTMLElement, id: string | null} | null} */
let cameFrom = null;
let shownSel = '';

export function startPanel() {
  if (isEmpty()) { document.body.classList.add('panel-open'); show(); return; }
  on('view', (changed) => { if (changed.has('sel')) { select(); } else if (['layers', 'cell', 'measure', 'status', 'type'].some((it) => changed.has(it))) show(); });
  for (const event of ['desk', 'troubles', 'urgent', 'posts', 'hotspots']) on(event, () => show(event));
  panelTab();
}

function select() {
  if (!shownSel && app.view.sel && lastFocus) cameFrom = lastFocus;
  if (app.view.sel) document.body.classList.add('panel-open');
  show();
  if (app.view.sel) byId('panel').querySelector('h1')?.focus({ preventScroll: true });
  else giveBack();
}

/** The control that had the focus last, outside cards. @type {typeof cameFrom} */
let lastFocus = null;
document.addEventListener('focusin', (event) => {
  const node = /** @type {HTMLElement} */ (event.target);
  if (!shownSel) lastFocus = { node, id: node.getAttribute('data-id') };
});

function giveBack() {
  const again = cameFrom?.id ? document.querySelector(`[data-id="${CSS.escape(cameFrom.id)}"]`) : null;
  const node = cameFrom?.node.isConnected ? cameFrom.node : /** @type {HTMLElement | null} */ (again);
  node?.focus({ preventScroll: true });
  cameFrom = null;
}

/** Parts whose card reads its own answer and must not be read again for every bit of news. */
const OWN_NEWS = { inc: ['desk'], grid: ['desk'], list: ['desk'] };

/** @param {string} [event] what called for it, none = the user */
function show(event) {
  const panel = byId('panel');
  const [kind, id] = app.view.sel.split(/:(.*)/);
  const news = OWN_NEWS[/** @type {'inc'} */ (kind)];
  if (event && news && shownSel === app.view.sel && !news.includes(event)) return;
  const again = shownSel === app.view.sel;
  shownSel = app.view.sel;
  const top = panel.scrollTop;
  if (isEmpty()) fill(panel, firstUse());
  else if (troubles.has('desk') && !app.desk) fill(panel, el('div', { class: 'pad' }, troubleCard(troubles.get('desk'), t('error.desk'), load)));
  else if (!app.desk) fill(panel, waiting());
  else if (!app.desk.plan) fill(panel, firstUse());
  else if (kind === 'inc') showIncident(panel, id, again);
  else if (kind === 'grid') showGridCard(panel, id, again);
  else if (kind === 'list') showList(panel, id, again);
  else if (kind === 'class') fill(panel, ...classCard());
  else if (kind === 'cell' && app.deskName !== 'hotspots') fill(panel, ...cellCard(id));
  else if (app.deskName === 'hotspots') fill(panel, ...reading(id));
  else fill(panel, ...(isCity() && !app.view.wall ? cityPanel() : overview()));
  panel.scrollTop = again ? top : 0;
}

/** Does the store hold no plan? The page says so before anything is asked. */
function isEmpty() {
  return 'empty' in document.documentElement.dataset;
}

/** Figures that are not known yet are grey bars, never 0. */
function waiting() {
  return el('div', { class: 'pad col', aria: { busy: 'true' } }, el('p', { class: 'sr' }, t('loading')), ...[1, 2, 3, 4, 5].map(() => el('span', { class: 'bone' })));
}

/** Where the panel lies over the map but leaves it room, it is open from the start. */
const ROOMY = '(min-width: 1200px)';

/** On narrow windows the panel lies over the map: a tab opens it. */
function panelTab() {
  document.body.classList.toggle('panel-open', app.view.sel !== '' || matchMedia(ROOMY).matches);
  const tab = el('button', { class: 'btn panel-tab', type: 'button', aria: { controls: 'panel' }, on: { click: () => { document.body.classList.toggle('panel-open'); emit('layout'); } } }, icon('list'), el('span', {}, t('panel.tab')));
  const railTab = el('button', { class: 'btn rail-tab', type: 'button', aria: { controls: 'rail' }, on: { click: () => document.body.classList.toggle('rail-open') } }, icon('warn'), el('span', {}, t('rail.tab')));
  byId('map').append(tab, ...(app.deskName === 'command' ? [railTab] : []));
}

/** The first line of a card: what it is and how to leave it. @param {string} tag */
export function cardHead(tag) {
  return el('div', { class: 'row between' }, el('span', { class: 'tag' }, tag),
    el('button', { class: 'btn quiet', type: 'button', on: { click: () => setView({ sel: '' }) } }, icon('x'), t('close'), ' ', el('kbd', {}, 'Esc')));
}
