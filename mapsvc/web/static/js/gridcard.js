// The grid card: who answers, how it stands, which posts it has and lacks, what is in it, where it ends.
import { app, setView } from './app.js';
import { get, latest, spelledQuestion } from './api.js';
import { el, fill } from './el.js';
import { areaKm2, decimal, number } from './format.js';
import { untilWords } from './case/words.js';
import { count, gridTitle, has, lang, nameOf, t } from './i18n.js';
import { icon } from './icons.js';
import { mark, postName } from './layers/posts.js';
import { shapes } from './layers/grids.js';
import { fitTo } from './map.js';
import { listSel } from './lists.js';
import { troubleCard } from './notice.js';
import { periodShort, tipping } from './overview.js';
import { cardHead } from './panel.js';

const newSignal = latest();

/** @param {HTMLElement} panel @param {string} code @param {boolean} again */
export async function showGridCard(panel, code, again) {
  const signal = newSignal();
  const known = app.grids.get(code);
  if (!again) fill(panel, el('div', { class: 'pad' }, cardHead(t(`kind.${known?.kind ?? 'general'}`)), el('h1', { tabindex: '-1' }, gridTitle(known, code)), el('span', { class: 'bone' }), el('span', { class: 'bone' })));
  try {
    const { grid: _, ...params } = spelledQuestion();
    const card = await get(`/api/grids/${encodeURIComponent(code)}`, params, signal);
    const focused = panel.contains(document.activeElement);
    fill(panel, head(card), figures(card), posts(card), places(card), bounds(card));
    if (focused) panel.querySelector('h1')?.focus({ preventScroll: true });
  } catch (problem) {
    if (!signal.aborted) fill(panel, el('div', { class: 'pad' }, cardHead(t('table.grid')), el('h1', { tabindex: '-1' }, gridTitle(known, code)), troubleCard(problem, t('error.card'), () => showGridCard(panel, code, true))));
  }
}

/** Text of a card in the reader's language, marked where it is in the other. @param {string} own @param {string} zh */
function inLanguage(own, zh) {
  const text = lang === 'zh' ? zh || own : own || zh;
  const isZh = text !== '' && text === zh;
  return { text, lang: isZh ? 'zh-Hans' : 'en' };
}

/** @param {any} card */
function head(card) {
  const theme = inLanguage(card.theme, card.theme_zh);
  const unit = inLanguage(card.unit, card.unit_zh);
  return el('div', { class: 'pad' }, cardHead(t(`kind.${card.kind}`)), el('h1', { tabindex: '-1' }, gridTitle(card)),
    gridTitle(card) === card.code ? null : el('p', { class: 'code muted' }, /^\d{15}$/.test(card.code) ? card.code.replace(/^(\d{6})(\d{3})(\d{3})(\d{3})$/, '$1 $2 $3 $4') : card.code),
    theme.text ? el('p', { class: 'theme', lang: theme.lang }, lang === 'zh' ? `“${theme.text}”` : `"${theme.text}"`) : null,
    unit.text ? el('p', { class: 'small muted' }, t('card.unit'), ' ', el('span', { lang: unit.lang }, unit.text)) : null);
}

/** @param {any} card */
function figures(card) {
  const it = card.figures;
  const opening = (/** @type {number} */ n, /** @type {string} */ sel, /** @type {string} */ word, /** @type {string} */ note) =>
    el('div', { class: 'figure' }, el('button', { class: 'fig', type: 'button', aria: { label: `${n} ${word}` }, on: { click: () => setView({ sel }) } }, el('span', { class: 'figlink' }, number(n))), el('span', { class: 'fig-word' }, word), el('span', { class: 'fig-note' }, note));
  return el('div', { class: 'pad stat2' },
    opening(it.open, listSel('open', `grid=${card.code}`), t('figure.open'), t('card.of_open', { overdue: number(it.overdue), waiting: number(it.waiting) })),
    opening(it.count, listSel('total', `grid=${card.code}`), t('card.reported', { period: periodShort() }), countNote(card)));
}

/** "97 ± 2: 3 near a line" where points near a line could tip the number, else how many that is per km². @param {any} card */
function countNote(card) {
  const grid = app.grids.get(card.code);
  const spread = grid ? tipping(grid) : '';
  if (spread) return t('card.spread', { n: number(card.figures.count), spread });
  return t('card.per_km2', { n: card.area_m2 ? number((card.figures.count * 1e6) / card.area_m2) : '–' });
}

/** @param {any} card */
function posts(card) {
  if (!card.posts.length) return null;
  return el('section', { class: 'pad part' }, el('h2', {}, t('card.posts')), el('table', { class: 'plain-table' }, el('tbody', {}, card.posts.map((/** @type {any} */ it) => el('tr', { class: it.missing ? 'missing' : '' },
    el('td', {}, postName(it)), el('td', {}, number(it.strength)), el('td', { class: 'l' }, it.missing ? [mark(true), ' ', t('card.missing')] : atWork(it)))))));
}

/** On duty until when, and how much it has to do; its own words on its duty below. @param {any} it */
function atWork(it) {
  const duty = inLanguage(it.duty ?? '', it.duty_zh ?? '');
  const on = it.on_duty === true ? (it.until ? t('case.why.on_duty_until', { time: untilWords(it.until) }) : t('case.why.on_duty')) : it.on_duty === false ? t('case.why.off_duty') : '';
  const words = [on, it.tasks ? count('card.tasks', it.tasks, { n: number(it.tasks) }) : ''].filter(Boolean).join(t('list_comma'));
  return [words ? el('b', {}, words) : null, words && duty.text ? el('br') : null, duty.text ? el('span', { class: words ? 'muted' : '', lang: duty.lang }, duty.text) : null];
}

/** @param {any} card */
function places(card) {
  if (!card.sites.length) return null;
  return el('section', { class: 'pad part' }, el('h2', {}, t('card.places')), el('table', { class: 'plain-table' }, el('tbody', {}, card.sites.map((/** @type {any} */ it) => el('tr', {},
    el('td', {}, has(`site.${it.kind}`) ? t(`site.${it.kind}`) : it.kind), el('td', {}, number(it.count)), el('td', { class: 'l' }, it.households ? t('card.households', { n: number(it.households) }) : ''))))));
}

/** @param {any} card */
function bounds(card) {
  const neighbours = card.neighbours.map((/** @type {string} */ code) => el('button', { class: 'link', type: 'button', on: { click: () => setView({ sel: `grid:${code}` }) } }, gridTitle(app.grids.get(code), code)));
  const list = neighbours.flatMap((/** @type {Node} */ it, /** @type {number} */ i) => (i ? [t('comma'), it] : [it]));
  return el('section', { class: 'pad part' }, el('h2', {}, t('card.line')),
    el('p', {}, t('card.area', { km2: areaKm2(card.area_m2) }), ' ', list.length ? [t('card.neighbours'), ' ', ...list, t('stop')] : t('card.alone')),
    el('p', { class: 'small muted' }, card.plan.valid_from ? t('card.since', { date: card.plan.valid_from }) : t('card.not_in_force'), ' ', t('card.compactness', { n: decimal(card.compactness ?? 0, 2) })),
    el('p', { class: 'row' }, el('button', { class: 'btn', type: 'button', on: { click: () => { const shape = shapes.get(card.code); if (shape) fitTo(shape.getBounds()); } } }, icon('home'), t('card.go')),
      el('button', { class: 'btn', type: 'button', on: { click: () => setView({ grid: [card.code] }) } }, icon('layers'), t('card.only'))));
}
