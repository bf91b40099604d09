// What the top bar says of the draft: which, on what, saved when; undo, redo, send.
import { setView } from '../app.js';
import { byId, el, fill } from '../el.js';
import { icon } from '../icons.js';
import { t } from '../i18n.js';
import { troubleCard } from '../notice.js';
import { redo, undo } from './drafts.js';
import { rebase } from './conflict.js';
import { redraw } from './redraw.js';
import { hear, plan } from './state.js';
import { isOpen, statusWords } from './words.js';

export function startTopbar() {
  for (const event of ['draft', 'busy', 'lost', 'heard']) hear(event, (detail) => show(event, detail));
  hear('missing', (problem) => {
    fill(byId('panel-body'), el('div', { class: 'pad col' }, troubleCard(problem, t('planner.missing'), () => location.reload()),
      el('p', {}, el('a', { class: 'btn', href: '/planner' }, t('planner.all_drafts')))));
  });
}

let lost = false;
let shown = '';

/** @param {string} event @param {any} [_detail] */
function show(event, _detail) {
  if (event === 'lost') lost = true;
  if (event === 'heard' || event === 'draft') lost = false;
  const it = plan.draft;
  if (!it) return;
  const key = JSON.stringify([it.name, it.status, it.revision, it.position, it.can_undo, it.can_redo, it.is_behind, it.changed_at, plan.busy, lost]);
  if (key === shown) return;
  shown = key;
  document.body.classList.toggle('closed', !isOpen());
  // Figures whose server is silent step back.
  document.body.classList.toggle('stale', lost);
  redraw(byId('draftbar'),
    el('span', { class: 'draftfacts' }, el('a', { class: 'chip draftchip', href: '/planner', title: t('planner.all_drafts') },
      el('b', {}, it.status === 'open' || it.status === 'draft' ? t('planner.draft', { name: it.name }) : t('planner.draft_in', { status: statusWords(it.status), name: it.name })),
      el('span', {}, t('planner.on_edition', { date: it.base?.valid_from ?? it.base?.name ?? '' }))),
    el('span', { class: `chip saved${lost ? ' lost' : ''}`, id: 'saved' }, savedWords(it))),
    it.is_behind && isOpen() ? el('button', { class: 'btn behind', type: 'button', data: { id: 'rebase' }, on: { click: rebase } }, icon('warn'), t('planner.rebase')) : null,
    isOpen() ? [
      action('undo', it.can_undo, () => undo(), 'Ctrl Z'),
      action('redo', it.can_redo, () => redo(), ''),
      el('button', { class: 'btn pri', type: 'button', data: { id: 'send-top' }, on: { click: () => setView({ panel: 'review', sel: '' }) } }, t('planner.send')),
    ] : null);
}

/** @param {any} it */
function savedWords(it) {
  if (lost) return t('planner.lost', { n: it.revision });
  if (plan.busy) return t('planner.saving');
  // The server writes the time on the community's clock: hours and minutes stand in it as they are to be read.
  return t('planner.saved', { time: String(it.changed_at ?? '').slice(11, 16), n: it.revision });
}

/** @param {string} name @param {boolean} can @param {() => void} press @param {string} key */
function action(name, can, press, key) {
  return el('button', { class: 'btn', type: 'button', disabled: !can, data: { id: name }, title: can ? '' : t(`planner.${name}.not`), ...(can ? {} : { aria: { label: `${t(`planner.${name}`)}. ${t(`planner.${name}.not`)}` } }), on: { click: press } },
    icon(name), t(`planner.${name}`), key ? [' ', el('kbd', {}, key)] : null);
}
