// Empty states: no plan yet, nothing matches. Each says what to do next.
import { app, setView } from './app.js';
import { el } from './el.js';
import { t } from './i18n.js';

/** No plan: the commands that bring one. */
export function firstUse() {
  return el('section', { class: 'pad col first-use' }, el('h1', { tabindex: '-1' }, t('first.title')), el('p', {}, t('first.words')),
    el('h2', {}, t('first.import')), el('pre', { class: 'code' }, 'python -m mapsvc import boundaries FILE --crs EPSG:4326 --code COLUMN --name COLUMN'),
    el('h2', {}, t('first.demo')), el('pre', { class: 'code' }, 'python -m mapsvc demo'),
    el('p', { class: 'small muted' }, t('first.help')));
}

/** A list or a view without incidents. */
export function emptyList() {
  const filtered = app.view.type.length || app.view.status.length || app.view.grid.length || app.view.from || app.view.to;
  return el('section', { class: 'pad col' }, el('p', {}, t('empty.words')),
    filtered ? el('p', { class: 'row wrap' }, el('button', { class: 'btn pri', type: 'button', on: { click: () => setView({ type: [], status: [], grid: [], from: '', to: '' }) } }, t('empty.clear'))) : null);
}
