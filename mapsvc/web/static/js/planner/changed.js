// What an edition changed from the one before: grid by grid, ground that really moved, lines only drawn anew, incidents that follow.
import { get } from '../api.js';
import { el, fill } from '../el.js';
import { areaKm2, number } from '../format.js';
import { count, gridTitle, t } from '../i18n.js';
import { troubleCard } from '../notice.js';
import { gridShort } from './words.js';

/** @param {HTMLElement} place @param {any} was the edition before @param {any} now */
export async function showChanged(place, was, now) {
  const title = el('h2', { tabindex: '-1' }, t('planner.changed', { from: was.valid_from ?? was.name, to: now.valid_from ?? now.name }));
  fill(place, title, el('span', { class: 'bone' }));
  title.focus({ preventScroll: true });
  try {
    const [report, walk] = await Promise.all([get('/api/compare', { plan: was.id, with: now.id }), get('/api/crosswalk', { plan: was.id, with: now.id, by: 'incidents' })]);
    fill(place, title, ...sentences(report, walk));
  } catch (problem) {
    fill(place, title, troubleCard(problem, t('planner.start.failed'), () => showChanged(place, was, now)));
  }
}

/** @param {any} report @param {any} walk */
function sentences(report, walk) {
  const it = report.figures;
  const lines = it.lineage.filter((/** @type {any} */ grid) => !(grid.kinds.length === 1 && grid.kinds[0] === 'kept'));
  return [
    el('p', {}, count('planner.changed.ground', it.moved_pieces, { n: number(it.moved_pieces), km2: areaKm2(it.moved_area_m2) }), ' ', it.redigitised_pieces ? t('planner.changed.redrawn', { n: number(it.redigitised_pieces), m: report.parameters.tolerance_m }) : ''),
    el('p', {}, t('planner.changed.incidents', { n: number(walk.figures.changes), all: number(walk.figures.total) })),
    lines.length ? el('ul', { class: 'col tight' }, lines.map(lineage)) : el('p', { class: 'muted' }, t('planner.changed.none')),
    it.gone.length ? el('p', {}, t('planner.changed.gone', { grids: it.gone.map((/** @type {any} */ one) => gridShort(one.code ?? one)).join(t('list_comma')) })) : null,
    el('p', { class: 'muted' }, count('planner.changed.kept', it.grids.kept ?? 0, { n: number(it.grids.kept ?? 0) }))];
}

/** @param {any} grid */
function lineage(grid) {
  const others = grid.from.filter((/** @type {any} */ one) => one.code !== grid.code).map((/** @type {any} */ one) => gridShort(one.code)).join(t('list_comma'));
  return el('li', { class: 'note' }, el('b', {}, gridTitle(grid)), t('colon'), ' ', grid.kinds.map((/** @type {string} */ kind) => t(`planner.lineage.${kind}`, { from: others })).join(t('list_comma')));
}
