// Joint calls: whistles that are open, who has come and who is late.
import { app, setView } from '../app.js';
import { el } from '../el.js';
import { count, t } from '../i18n.js';

/** @returns {HTMLElement | null} */
export function jointCalls() {
  const open = app.desk.whistles ?? [];
  if (!open.length) return null;
  return el('section', { class: 'pad part' }, el('h2', {}, t('joint.title')), el('ul', { class: 'col tight' }, open.map((/** @type {any} */ it) => el('li', {},
    count('joint.words', it.called - it.arrived, { arrived: it.arrived, called: it.called, missing: it.called - it.arrived, title: it.title || t('incident.untitled') }), ' ',
    el('button', { class: 'link', type: 'button', data: { id: `joint-${it.id}` }, on: { click: () => setView({ sel: `inc:${it.id}` }) } }, t('joint.open'))))));
}
