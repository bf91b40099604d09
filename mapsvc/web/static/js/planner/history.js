// The history: every edit with its reason, those undone below; one press goes back or forward to there. Lost edits are named too.
import { app, setView } from '../app.js';
import { el } from '../el.js';
import { clock, number } from '../format.js';
import { count, has, lang, t } from '../i18n.js';
import { redo, undo } from './drafts.js';
import { lostEdits } from './lost.js';
import { redraw } from './redraw.js';
import { hear, plan } from './state.js';
import { gridShort, isOpen, plainCodes } from './words.js';

/** @param {HTMLElement} place */
export function startHistory(place) {
  hear('draft', () => show(place));
  hear('kept_lost', () => show(place));
}

/** What an edit is called: the server's own English words, or the kind in the reader's language. @param {any} it */
export function editTitle(it) {
  const kind = has(`planner.kind.${it.kind}`) ? t(`planner.kind.${it.kind}`) : it.kind;
  if (lang !== 'zh') return plainCodes(it.title) || kind;
  const codes = (it.title ?? '').match(/\b\d{15}\b/g) ?? [];
  return [kind, codes.map(gridShort).join(t('list_comma'))].filter(Boolean).join(' ');
}

/** @param {HTMLElement} place */
function show(place) {
  const it = plan.draft;
  const edits = it.edits ?? [];
  redraw(place, el('div', { class: 'pad col' },
    el('h1', { tabindex: '-1' }, t('planner.history')),
    el('p', { class: 'muted small' }, edits.length ? it.position === edits.length ? count('planner.history.all', it.position, { n: number(it.position) }) : count('planner.history.words', it.position, { n: number(it.position), all: number(edits.length) }) : t('planner.history.none')),
    el('ol', { class: 'history' },
      edits.length ? step(0, el('b', {}, t('planner.history.start', { name: it.base?.valid_from ? t('planner.review.edition_usual', { date: it.base.valid_from }) : it.base?.name ?? '' })), null) : null,
      edits.map((/** @type {any} */ edit) => step(edit.position, el('b', {}, `${edit.position}. ${editTitle(edit)}`), edit))),
    lost()));
}

/** @param {number} position @param {Node} title @param {any} edit null = the beginning */
function step(position, title, edit) {
  const now = plan.draft.position;
  const here = position === now;
  const off = position > now;
  return el('li', { class: `histstep${here ? ' here' : ''}${off ? ' off' : ''}` },
    el('div', { class: 'step-words' }, title,
      edit ? el('p', { class: 'small' }, edit.reason || el('i', { class: 'muted' }, t('planner.history.no_reason'))) : null,
      edit ? el('p', { class: 'small muted' }, when(edit), edit.post ? [' · ', has(`planner.post.${edit.post}`) ? t(`planner.post.${edit.post}`) : edit.post] : null, ' · ', moved(edit)) : null),
    here ? el('span', { class: 'tag' }, t('planner.history.here')) : el('button', {
      class: 'btn', type: 'button', disabled: !isOpen(), data: { id: `to-${position}` }, title: isOpen() ? '' : t('planner.tool.closed'), on: { click: () => (off ? redo(position) : undo(position)) },
    }, t(off ? 'planner.history.redo_to' : 'planner.history.undo_to')));
}

/** @param {any} edit */
function moved(edit) {
  const words = count('planner.history.moved', edit.moved ?? 0, { n: number(edit.moved ?? 0), open: number(edit.open ?? 0) });
  const inEffect = edit.in_effect ?? edit.position <= plan.draft.position;
  return inEffect && edit.moved ? el('button', { class: 'link', type: 'button', on: { click: () => setView({ sel: `list:moved@edit=${edit.position}` }) } }, words) : words;
}

/** @param {any} edit */
export function when(edit) {
  const at = typeof edit.at === 'number' ? new Date(edit.at * 1000).toISOString() : edit.at;
  return at ? clock(at, app.desk?.community.tz ?? 'UTC') : '';
}

function lost() {
  const all = lostEdits();
  if (!all.length) return null;
  return el('section', { class: 'part' }, el('h2', {}, t('planner.lost.title')), el('p', { class: 'muted small' }, t('planner.lost.words')),
    el('ul', { class: 'col tight' }, all.map((it) => el('li', { class: 'note' }, el('b', {}, has(`planner.kind.${it.command.kind}`) ? t(`planner.kind.${it.command.kind}`) : it.command.kind),
      it.reason ? el('p', { class: 'small' }, it.reason) : null, el('p', { class: 'small', lang: 'en' }, plainCodes(it.detail))))));
}
