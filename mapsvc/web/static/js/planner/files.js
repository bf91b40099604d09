// A draft on paper, in a file, taken from a file, taken from another draft; and how a draft ends.
import { get } from '../api.js';
import { el } from '../el.js';
import { icon } from '../icons.js';
import { lang, t } from '../i18n.js';
import { toast } from '../notice.js';
import { carryOut, refresh, write } from './drafts.js';
import { redraw } from './redraw.js';
import { hear, plan } from './state.js';
import { isOpen } from './words.js';

const FORMATS = [['gpkg', 'GeoPackage'], ['shp', 'Shapefile'], ['geojson', 'GeoJSON']];
/** Open drafts beside this one. @type {any[]} */
let others = [];
let shownFor = '';

/** @param {HTMLElement} place */
export function startFiles(place) {
  hear('draft', async () => {
    const key = `${plan.draft.id} ${plan.draft.status} ${plan.draft.name}`;
    if (key === shownFor) return;
    shownFor = key;
    show(place);
    others = ((await get('/api/drafts').catch(() => null))?.drafts ?? []).filter((/** @type {any} */ it) => it.id !== plan.draft.id && it.status === 'draft');
    if (others.length) show(place);
  });
}

/** @param {HTMLElement} place */
function show(place) {
  const id = encodeURIComponent(plan.draft.id);
  const sheet = (/** @type {string} */ media) => el('a', { class: 'btn', href: `/print/plan.${media}?plan=${id}&lang=${lang}`, target: '_blank', rel: 'noopener' }, icon('print'), media.toUpperCase());
  redraw(place,
    el('section', { class: 'pad part col' }, el('h2', {}, t('planner.files')), el('p', { class: 'small muted' }, t('planner.files.words')),
      el('p', { class: 'row wrap' }, FORMATS.map(([format, name]) => el('a', { class: 'btn', href: `/api/drafts/${id}/export?format=${format}`, download: true }, icon('download'), name))),
      isOpen() ? fileForm() : null),
    el('section', { class: 'pad part col' }, el('h2', {}, t('planner.sheet')), el('p', { class: 'row wrap' }, sheet('pdf'), sheet('png'))),
    isOpen() && others.length ? mergeForm() : null,
    isOpen() ? el('section', { class: 'pad part col' }, el('h2', {}, t('planner.facts')), nameForm(), ending()) : null);
}

/** A file edited elsewhere becomes one edit, with the same checks. */
function fileForm() {
  const file = /** @type {HTMLInputElement} */ (el('input', { class: 'field file', type: 'file', name: 'file', required: true, accept: '.gpkg,.zip,.geojson,.json', aria: { label: t('planner.files.file') } }));
  const reason = /** @type {HTMLInputElement} */ (el('input', { class: 'field', type: 'text', name: 'file-reason', maxlength: 500, required: true, autocomplete: 'off' }));
  const form = el('form', { class: 'col', on: {
    submit: async (/** @type {Event} */ event) => {
      event.preventDefault();
      const data = new FormData();
      data.append('file', /** @type {FileList} */ (file.files)[0]);
      data.append('reason', reason.value.trim());
      const done = await carryOut('/import', data);
      if (!done) return;
      const told = done.file ?? {};
      toast(t('planner.files.taken', { changed: told.changed?.length ?? 0, added: told.new?.length ?? 0, gone: told.gone?.length ?? 0 }));
      /** @type {HTMLFormElement} */ (form).reset();
      refresh();
    },
  } }, el('label', { class: 'col tight' }, el('span', { class: 'small' }, t('planner.files.file')), file),
  el('label', { class: 'col tight' }, el('span', { class: 'small' }, t('planner.files.reason')), reason),
  el('p', {}, el('button', { class: 'btn', type: 'submit' }, t('planner.files.take'))));
  return form;
}

/** Two planners, two drafts: what the other one changed comes into this one. */
function mergeForm() {
  const other = /** @type {HTMLSelectElement} */ (el('select', { class: 'field', name: 'other', aria: { label: t('planner.merge_draft') } }, others.map((it) => el('option', { value: it.id }, it.name))));
  return el('section', { class: 'pad part col' }, el('h2', {}, t('planner.merge_draft')), el('p', { class: 'small muted' }, t('planner.merge_draft.words')),
    el('form', { class: 'row wrap', on: { submit: async (/** @type {Event} */ event) => { event.preventDefault(); if (await carryOut('/merge', { draft: other.value })) { toast(t('planner.merge_draft.done')); refresh(); } } } }, other, el('button', { class: 'btn', type: 'submit' }, t('planner.merge_draft.go'))));
}

function nameForm() {
  const name = /** @type {HTMLInputElement} */ (el('input', { class: 'field grow', type: 'text', name: 'draft-name', maxlength: 120, required: true, value: plan.draft.name, autocomplete: 'off' }));
  return el('form', { class: 'row wrap', on: { submit: (/** @type {Event} */ event) => { event.preventDefault(); save('PATCH', { name: name.value.trim() }); } } },
    el('label', { class: 'row grow' }, el('span', { class: 'small' }, t('planner.start.name')), name), el('button', { class: 'btn', type: 'submit' }, t('planner.facts.rename')));
}

/** Discarding takes two presses: there is no way back. */
function ending() {
  const sure = el('span', { class: 'row wrap', hidden: true }, el('span', {}, t('planner.discard.words')),
    el('button', { class: 'btn', type: 'button', on: { click: () => save('DELETE', {}) } }, t('planner.discard.now')), el('button', { class: 'btn', type: 'button', on: { click: () => { sure.hidden = true; first.hidden = false; } } }, t('planner.cancel')));
  const first = el('button', { class: 'btn', type: 'button', on: { click: () => { sure.hidden = false; first.hidden = true; sure.querySelector('button')?.focus(); } } }, t('planner.discard'));
  return el('p', {}, first, sure);
}

/** @param {string} method @param {any} body */
async function save(method, body) {
  try {
    await write(method, '', body);
    if (method === 'DELETE') location.href = '/planner';
  } catch (problem) {
    toast(/** @type {Error} */ (problem).message);
  }
}
