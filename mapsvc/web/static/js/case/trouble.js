// What came of the last try: done, or why not; what another post did meanwhile; what can be done now.
import { el } from '../el.js';
import { icon } from '../icons.js';
import { t } from '../i18n.js';
import { open } from './state.js';

export function outcome() {
  const { trouble, done } = open;
  if (trouble) {
    return el('div', { class: `note pad-note ${trouble.kind === 'failed' ? 'alarmed' : 'warn'}`, role: 'alert', data: { trouble: trouble.kind } }, icon('warn'), ' ', el('b', {}, t(`case.trouble.${trouble.kind}`)), ' ', trouble.words,
      trouble.news?.length ? el('ul', { class: 'case-news' }, trouble.news.map((it) => el('li', {}, it))) : null,
      trouble.kind === 'stale' ? el('p', { class: 'small' }, t('case.stale.kept')) : null,
      trouble.again ? el('p', {}, el('button', { class: 'btn', type: 'button', data: { id: 'case-again' }, on: { click: trouble.again } }, t('error.again'))) : null);
  }
  return done ? el('p', { class: 'note ok pad-note', role: 'status' }, icon('check'), ' ', done) : null;
}
