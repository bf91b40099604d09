// The chip row over the map: layers on and off, and the filter with its form.
import { app, isCity, on, setView } from './app.js';
import { byId, el, fill } from './el.js';
import { number } from './format.js';
import { icon, typeIcon } from './icons.js';
import { gridTitle, nameOf, t } from './i18n.js';
import { closePopover, popover } from './popover.js';
import { STATUSES } from './state/url.js';

/** The chips of each desk, with the key that turns them. @type {[string, string][]} */
export const CHIPS = [['inc', '1'], ['count', '2'], ['den', '3'], ['hot', '4'], ['post', '5'], ['net', '6']];
const HOTSPOT_CHIPS = ['hot', 'den', 'count'];

export function startFilter() {
  on('desk', show);
  on('view', (changed) => { if (changed.has('layers') || changed.has('cmp')) show(); });
}

/** @param {string} name */
export function toggleLayer(name) {
  const now = app.view.layers;
  const layers = now.includes(name) ? now.filter((it) => it !== name) : [...now, name];
  setView({ layers: CHIPS.map(([it]) => it).filter((it) => layers.includes(it)) });
}

let shown = '';
function show() {
  if (!app.desk?.plan) return;
  const words = filterWords();
  const key = JSON.stringify([app.view.layers, words, app.desk.seq, app.view.cmp]);
  if (key === shown) return;
  shown = key;
  const chips = CHIPS.filter(([name]) => app.deskName === 'command' || HOTSPOT_CHIPS.includes(name));
  const button = el('button', { class: `chip${words.on ? ' on' : ''}`, type: 'button', id: 'filter' }, icon('down'), t('filter', { what: words.text }), ' ', el('kbd', {}, 'F'));
  const host = el('div', { class: 'pop-host' }, button);
  popover(button, form, t('filter.title'));
  const focused = document.activeElement?.getAttribute('data-layer');
  fill(byId('chips'), chips.map(([name, digit]) => el('button', {
    class: `chip${app.view.layers.includes(name) ? ' on' : ''}`, type: 'button', data: { layer: name }, aria: { pressed: app.view.layers.includes(name) }, on: { click: () => toggleLayer(name) },
  }, t(`layer.${name}`), ' ', el('kbd', {}, digit))), host, words.on ? el('button', { class: 'chip', type: 'button', on: { click: clear } }, icon('x'), t('empty.clear')) : null);
  if (focused) /** @type {HTMLElement | null} */ (byId('chips').querySelector(`[data-layer="${focused}"]`))?.focus();
}

function clear() {
  setView({ type: [], status: [], grid: [] });
}

function filterWords() {
  const { type, status, grid } = app.view;
  const types = type.map((code) => nameOf(app.desk.types.find((/** @type {any} */ it) => it.code === code) ?? { name: code }));
  const parts = [types.length ? types.join(t('list_comma')) : t('filter.all_types'), grid.length ? grid.map((code) => gridTitle(app.grids.get(code), code)).join(t('list_comma')) : t('filter.all_grids'), ...status.map((it) => t(`status.${it}`))];
  return { text: parts.join(t('list_comma')), on: Boolean(types.length || grid.length || status.length) };
}

function form() {
  const boxes = (/** @type {string} */ name, /** @type {any[]} */ options) => options.map((it) => el('label', { class: 'check' },
    el('input', { type: 'checkbox', name, value: it.value, checked: it.checked }), it.mark ?? null, el('span', { class: 'grow' }, it.word), el('span', { class: 'muted small' }, it.note ?? '')));
  const group = (/** @type {string} */ title, /** @type {Node[]} */ options) => el('fieldset', {}, el('legend', {}, title), options);
  const types = app.desk.types.map((/** @type {any} */ it) => ({ value: it.code, word: nameOf(it), note: number(it.count), checked: app.view.type.includes(it.code), mark: typeIcon(it.code, it.icon) }));
  const grids = app.desk.grids.map((/** @type {any} */ it) => ({ value: it.code, word: gridTitle(it), note: number(it.count), checked: app.view.grid.includes(it.code) }));
  const statuses = STATUSES.map((it) => ({ value: it, word: t(`status.${it}`), checked: app.view.status.includes(it) }));
  const node = el('form', { class: 'filter-form', on: { submit: (/** @type {Event} */ event) => { event.preventDefault(); take(/** @type {HTMLFormElement} */ (node)); } } },
    el('div', { class: 'filter-groups' }, group(t('filter.types'), boxes('type', types)), group(t('filter.grids'), boxes('grid', grids)), group(t('filter.statuses'), boxes('status', statuses))),
    isCity() ? el('p', { class: 'small muted' }, t('filter.city')) : null,
    el('p', { class: 'row' }, el('button', { class: 'btn pri', type: 'submit' }, t('filter.show')), el('button', { class: 'btn', type: 'button', on: { click: () => { closePopover(); clear(); } } }, t('empty.clear'))));
  return node;
}

/** @param {HTMLFormElement} node */
function take(node) {
  const data = new FormData(node);
  const all = (/** @type {string} */ name) => data.getAll(name).map(String);
  closePopover();
  setView({ type: all('type'), grid: all('grid'), status: all('status') });
}
