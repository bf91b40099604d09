// The grid that is picked: what it is called and who answers for it; both can change as an edit of the draft.
import { get } from '../api.js';
import { el, fill } from '../el.js';
import { areaKm2, decimal } from '../format.js';
import { gridTitle, lang, t } from '../i18n.js';
import { edit } from './drafts.js';
import { hear, plan } from './state.js';
import { gridOf, isOpen } from './words.js';

const TEXTS = ['name', 'name_zh', 'theme', 'theme_zh', 'unit', 'unit_zh'];
const KINDS = ['general', 'special', 'micro'];
let shownCode = '';

/** @param {HTMLElement} place */
export function startGrid(place) {
  hear('chosen', () => show(place));
  // A field in hand is not taken away; anything else may be new.
  hear('shapes', (changed) => { if (changed && !place.contains(document.activeElement)) show(place, true); });
}

/** @param {HTMLElement} place @param {boolean} [again] */
async function show(place, again = false) {
  const code = plan.chosen?.kind === 'grid' ? plan.chosen.code ?? '' : '';
  if (code === shownCode && !again) return;
  shownCode = code;
  const grid = code ? gridOf(code) : null;
  if (!grid) { fill(place); return; }
  const body = el('div', { class: 'col tight' });
  if (!again) fill(place, el('section', { class: 'pad gridpick' }, el('h2', {}, gridTitle(grid)), body));
  try {
    const card = await get(`/api/grids/${encodeURIComponent(code)}`, { plan: plan.draft.id });
    if (code === shownCode) fill(place, el('section', { class: 'pad gridpick' }, el('h2', {}, gridTitle(card)), facts(card), isOpen() ? form(card, place) : null));
  } catch {
    if (code === shownCode) fill(body); // the name alone stays
  }
}

/** @param {any} card */
function facts(card) {
  return el('p', { class: 'small muted' }, t(`kind.${card.kind}`), ' · ', t('card.area', { km2: areaKm2(card.area_m2) }), ' ', card.compactness === null || card.compactness === undefined ? '' : t('card.compactness', { n: decimal(card.compactness, 2) }), ' ',
    el('a', { href: `/print/grid/${encodeURIComponent(card.code)}.pdf?plan=${encodeURIComponent(plan.draft.id)}&lang=${lang}`, target: '_blank', rel: 'noopener' }, t('planner.sheet')));
}

/** @param {any} card @param {HTMLElement} place */
function form(card, place) {
  const field = (/** @type {string} */ name) => el('label', { class: 'col tight' }, el('span', { class: 'small' }, t(`planner.grid.${name}`)), el('input', { class: 'field', type: 'text', name, value: card[name] ?? '', maxlength: 200, autocomplete: 'off', lang: name.endsWith('_zh') ? 'zh-Hans' : null }));
  const reason = el('label', { class: 'col tight' }, el('span', { class: 'small' }, t('planner.grid.reason')), el('input', { class: 'field', type: 'text', name: 'reason', required: true, maxlength: 500, autocomplete: 'off' }));
  const node = el('form', { class: 'col', on: { submit: (/** @type {Event} */ event) => { event.preventDefault(); save(/** @type {HTMLFormElement} */ (node), card, place); } } },
    el('div', { class: 'gridform' }, TEXTS.map(field), el('label', { class: 'col tight' }, el('span', { class: 'small' }, t('planner.grid.kind')), el('select', { class: 'field', name: 'kind' }, KINDS.map((kind) => el('option', { value: kind, selected: kind === card.kind }, t(`kind.${kind}`))))), reason),
    el('p', {}, el('button', { class: 'btn', type: 'submit' }, t('planner.grid.save'))));
  return el('details', {}, el('summary', { class: 'btn quiet' }, t('planner.grid.change')), node);
}

/** Only what differs is an edit. @param {HTMLFormElement} node @param {any} card @param {HTMLElement} place */
async function save(node, card, place) {
  const data = new FormData(node);
  const values = Object.fromEntries([...TEXTS, 'kind'].map((name) => [name, String(data.get(name) ?? '').trim()]).filter(([name, value]) => value !== (card[name] ?? '')));
  if (!Object.keys(values).length) { node.closest('details')?.removeAttribute('open'); return; }
  if (await edit({ kind: 'attributes', code: card.code, values }, { reason: String(data.get('reason') ?? '') })) await show(place, true);
}
