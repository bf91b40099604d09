// Why: the reason of the last edit, kept with it.
import { el, fill } from '../el.js';
import { t } from '../i18n.js';
import { toast } from '../notice.js';
import { write } from './drafts.js';
import { hear, plan } from './state.js';
import { editTitle } from './history.js';
import { isOpen } from './words.js';

const LONGEST = 500;

/** @param {HTMLElement} place */
export function startWhy(place) {
  const title = el('span', { class: 'muted small' });
  const said = el('span', { class: 'muted small', role: 'status' });
  const field = /** @type {HTMLInputElement} */ (el('input', { class: 'field why-field', id: 'why', type: 'text', maxlength: LONGEST, autocomplete: 'off', aria: { labelledby: 'why-label' } }));
  fill(place, el('h2', { id: 'why-label' }, t('planner.why')), title, field, said);
  /** The edit that the field speaks of; 0 = none. */
  let position = 0;
  let kept = '';
  const keep = async () => {
    const reason = field.value.trim();
    if (!position || reason === kept) return;
    const was = kept;
    kept = reason;
    try {
      await write('POST', `/edits/${position}`, { reason });
      const edited = plan.draft.edits?.find((/** @type {any} */ it) => it.position === position);
      if (edited) edited.reason = reason;
      said.textContent = t('planner.why.kept');
    } catch (problem) {
      kept = was;
      toast(/** @type {Error} */ (problem).message);
    }
  };
  field.addEventListener('change', keep);
  field.addEventListener('keydown', (event) => { if (event.key === 'Enter') { event.preventDefault(); keep(); } });
  field.addEventListener('input', () => { said.textContent = ''; });
  hear('draft', () => {
    const it = plan.draft;
    const last = it.edits?.find((/** @type {any} */ one) => one.position === it.position) ?? null;
    if (it.position !== position) {
      // What was typed belongs to the edit before.
      position = it.position;
      kept = last?.reason ?? '';
      field.value = kept;
      said.textContent = '';
    } else if (last && document.activeElement !== field && field.value.trim() === kept) {
      kept = last.reason;
      field.value = kept;
    }
    field.disabled = !position || !isOpen();
    field.placeholder = position ? t('planner.why.hint') : t('planner.why.none');
    title.textContent = position ? (last ? editTitle(last) : t('planner.why.edit', { n: position })) : '';
  });
}
