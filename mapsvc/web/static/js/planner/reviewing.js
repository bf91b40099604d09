// The reviewer's part: every edit with its reason, every finding answered, what the edition does; then publish, send back, or print.
import { may, me } from '../account/me.js';
import { app, setView } from '../app.js';
import { byId, el, fill } from '../el.js';
import { areaKm2, decimal, number } from '../format.js';
import { icon } from '../icons.js';
import { count, lang, t } from '../i18n.js';
import { toast } from '../notice.js';
import { write } from './drafts.js';
import { found, goTo } from './findings.js';
import { editTitle } from './history.js';
import { askPassword } from './publishing.js';
import { askReason } from './reason.js';
import { redraw } from './redraw.js';
import { plan, tell } from './state.js';
import { plainCodes } from './words.js';

/** Findings that the reviewer agrees to, by key. @type {Set<string>} */
const agreed = new Set();
/** @type {any} */
let published = null;
/** @type {any} */
let refusedBy = null;
let note = '';
let working = false;

/** @param {HTMLElement} place */
export function drawReviewing(place) {
  if (place.querySelector('.reason-form')) return;
  const status = plan.draft.status;
  if (published || status === 'published') { fill(place, el('div', { class: 'pad col' }, done())); return; }
  if (status !== 'in_review') { fill(place, el('div', { class: 'pad col' }, el('h1', { tabindex: '-1' }, t('planner.review.discarded')), el('p', {}, el('a', { class: 'btn', href: '/planner' }, t('planner.all_drafts'))))); return; }
  const edits = (plan.draft.edits ?? []).filter((/** @type {any} */ it) => it.position <= plan.draft.position);
  const waiting = toAnswer();
  redraw(place, el('div', { class: 'pad col' },
    el('h1', { tabindex: '-1' }, t('planner.reviewing.title', { edits: count('planner.edits', edits.length, { n: number(edits.length) }), findings: count('planner.reviewing.findings', waiting.length, { n: number(waiting.length) }) })),
    el('p', { class: 'muted small' }, t('planner.reviewing.of', { name: plan.draft.name, n: plan.draft.revision, post: plan.draft.post ?? '' })),
    editTable(edits), whole(), findings(place), after(), dates(), mayDecide() ? actions(place) : el('p', { class: 'note' }, t('planner.reviewing.waits'))));
}

/** May who is signed in decide about a draft in review? */
function mayDecide() {
  return may('redraw');
}

/** Findings the reviewer has not answered. */
function toAnswer() {
  return found.filter((it) => it.properties.severity !== 'note' && it.properties.key && !agreed.has(it.properties.key));
}

/** @param {any[]} edits */
function editTable(edits) {
  const open = (/** @type {string} */ name, /** @type {any} */ it, /** @type {number} */ n) => (n ? el('button', { class: 'link', type: 'button', on: { click: () => setView({ sel: `list:${name}@edit=${it.position}` }) } }, number(n)) : '0');
  return el('table', { class: 'review-edits' }, el('thead', {}, el('tr', {}, el('th', { class: 'l' }, t('planner.reviewing.edit')), el('th', { class: 'l' }, t('planner.reviewing.reason')), el('th', {}, t('planner.reviewing.moved')), el('th', {}, t('planner.reviewing.open')))),
    el('tbody', {}, edits.map((it) => el('tr', {}, el('td', { class: 'l' }, `${it.position}. ${editTitle(it)}`), el('td', { class: 'l' }, it.reason), el('td', {}, open('moved', it, it.moved ?? 0)), el('td', {}, open('moved_open', it, it.open ?? 0))))));
}

function whole() {
  const [was, now] = plan.draft.checks?.area_m2 ?? [null, null];
  return el('p', { class: 'note ok' }, icon('check'), ' ', el('b', {}, t('planner.reviewing.whole')), now ? ` ${t('planner.reviewing.area', { km2: areaKm2(now), share: ((Math.abs(now - was) / was) * 100).toFixed(3) })}` : '');
}

/** @param {HTMLElement} place */
function findings(place) {
  return found.filter((it) => it.properties.severity !== 'note').map((it) => {
    const { key, message, rule, kept, accepted } = it.properties;
    const reason = kept || accepted;
    const yes = agreed.has(key);
    return el('div', { class: `note${yes ? '' : ' warn'}`, data: { key } },
      el('p', {}, lang === 'zh' ? [el('b', {}, t(`rule.${rule}`)), t('colon')] : null, el(lang === 'zh' ? 'span' : 'b', { lang: 'en' }, plainCodes(message)), reason ? [' ', t('planner.reviewing.kept', { reason })] : null),
      el('p', { class: 'row wrap' },
        mayDecide() ? [
          el('button', { class: `btn${yes ? ' on' : ''}`, type: 'button', data: { id: `agree-${key}` }, aria: { pressed: yes }, on: { click: () => { if (yes) agreed.delete(key); else agreed.add(key); tell('kept'); } } }, t('planner.reviewing.agree')),
          el('button', { class: 'btn', type: 'button', on: { click: () => { note = `${note}${note ? ' ' : ''}${plainCodes(message)}`; sendBack(place); } } }, t('planner.reviewing.ask_change'))] : null,
        it.geometry ? el('button', { class: 'btn quiet', type: 'button', on: { click: () => goTo(it.geometry) } }, t('planner.finding.go')) : null));
  });
}

function after() {
  const it = plan.effect;
  if (!it) return el('span', { class: 'bone' });
  const far = (/** @type {0 | 1} */ i) => {
    const all = it.grids.map((/** @type {any} */ grid) => grid.farthest_m?.[i]).filter((/** @type {any} */ m) => typeof m === 'number');
    return all.length ? `${number(Math.round(Math.max(...all)))} m` : '–';
  };
  const ratio = (/** @type {number | null | undefined} */ n) => (n === null || n === undefined ? '–' : decimal(n, 2));
  const row = (/** @type {string} */ key, /** @type {string} */ was, /** @type {string} */ now) => el('tr', {}, el('td', {}, t(key)), el('td', {}, was), el('td', {}, was === now ? now : el('b', {}, now)));
  return [el('h2', {}, t('planner.reviewing.after')), el('table', {}, el('thead', {}, el('tr', {}, el('th', {}, el('span', { class: 'sr' }, t('planner.reviewing.after'))), el('th', {}, t('planner.reviewing.in_force')), el('th', {}, t('planner.reviewing.draft')))),
    el('tbody', {}, row('planner.reviewing.ratio', ratio(it.load?.was_ratio), ratio(it.load?.ratio)), row('planner.reviewing.households', '', number(it.households)), row('planner.reviewing.incidents', '', number(it.moved)),
      row('planner.reviewing.farthest', far(0), far(1)), row('planner.reviewing.hot', '0', number((it.hot_cells ?? []).length))))];
}

function dates() {
  return el('dl', { class: 'kv' }, el('dt', {}, t('planner.review.valid_from')), el('dd', {}, plan.draft.valid_from ?? '–'), el('dt', {}, t('planner.review.edition_name')), el('dd', {}, plan.draft.edition_name ?? '–'));
}

/** @param {HTMLElement} place */
function actions(place) {
  const left = toAnswer().length;
  const id = encodeURIComponent(plan.draft.id);
  return [el('p', { class: 'note' }, el('b', {}, t('planner.reviewing.final')), ' ', t('planner.reviewing.final_words', { n: number(plan.effect?.moved ?? 0) })),
    plan.draft.is_behind ? el('p', { class: 'note warn' }, t('planner.reviewing.behind')) : null,
    plan.draft.post && plan.draft.post === me.account?.code ? el('p', { class: 'note warn', data: { id: 'own-draft' } }, t('planner.reviewing.own')) : null,
    refusedBy ? el('p', { class: 'note refusal', role: 'alert' }, refusedBy.message) : null,
    el('p', { class: 'row wrap', id: 'review-actions' },
      el('button', { class: 'btn pri big grow', type: 'button', id: 'publish', disabled: left > 0 || working, on: { click: () => askPassword(place, (password) => publish(place, password), () => drawReviewing(place)) } }, left ? count('planner.reviewing.not_yet', left, { n: number(left) }) : t(working ? 'planner.reviewing.publishing' : 'planner.reviewing.publish')),
      el('button', { class: 'btn big', type: 'button', id: 'send-back', on: { click: () => sendBack(place) } }, t('planner.reviewing.back')),
      el('a', { class: 'btn big', id: 'print', href: `/print/plan.pdf?plan=${id}&lang=${lang}`, target: '_blank', rel: 'noopener' }, icon('print'), t('planner.reviewing.print'))),
    el('p', { class: 'small muted' }, t('planner.reviewing.moved_on'))];
}

/** @param {HTMLElement} place */
function sendBack(place) {
  const old = place.querySelector('.reason-form');
  old?.remove();
  const form = askReason(t('planner.reviewing.note'), t('planner.reviewing.back_now'), async (reason) => {
    try {
      await write('POST', '/return', { note: reason });
      note = '';
      form.remove();
      tell('kept');
      toast(t('planner.reviewing.returned'));
    } catch (problem) {
      toast(/** @type {Error} */ (problem).message);
    }
  }, () => drawReviewing(place), { value: note });
  (place.querySelector('#review-actions') ?? place).after(form);
}

/** @param {HTMLElement} place @param {string} password @returns {Promise<any>} what refused the password, null where it was right */
async function publish(place, password) {
  working = true;
  refusedBy = null;
  try {
    published = await write('POST', '/publish', { password });
    plan.draft.status = 'published';
  } catch (problem) {
    const { status } = /** @type {any} */ (problem);
    if (status === 401 || status === 429) { working = false; return problem; }
    refusedBy = problem;
  }
  working = false;
  place.querySelector('.reason-form')?.remove();
  if (published) tell('draft');
  drawReviewing(place);
  byId('panel').scrollTop = 0;
  place.querySelector('h1')?.focus({ preventScroll: true });
  return null;
}

/** What happened, and where to see it. */
function done() {
  const from = published?.valid_from ?? plan.draft.valid_from ?? '';
  const later = app.desk && from > app.desk.now.slice(0, 10);
  return [el('h1', { tabindex: '-1' }, t('planner.published.title', { name: plan.draft.edition_name || plan.draft.name })),
    el('p', { class: 'note ok' }, icon('check'), ' ', t(later ? 'planner.published.later' : 'planner.published.now', { date: from }), published && !later ? [' ', count('planner.published.moved', published.reassigned ?? 0, { n: number(published.reassigned ?? 0) })] : null),
    el('p', {}, t('planner.published.frozen')),
    el('p', { class: 'row wrap' }, el('a', { class: 'btn pri', id: 'to-command', href: later ? `/command?as_of=${from}` : '/command' }, t('planner.published.map')), el('a', { class: 'btn', href: '/planner' }, t('planner.all_drafts')))];
}
