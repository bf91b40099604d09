// Proposals: the smallest change that brings the load within the goal, step by step or all at once; or a fresh plan from blocks.
import { app, on } from '../app.js';
import { send } from '../api.js';
import { el, fill } from '../el.js';
import { areaKm2, decimal, number, percent } from '../format.js';
import { count, lang, t } from '../i18n.js';
import { troubleCard } from '../notice.js';
import { edit } from './drafts.js';
import { goTo } from './findings.js';
import { goal, setGoal } from './goal.js';
import { redraw } from './redraw.js';
import { hear, plan, tell } from './state.js';
import { gridName, isOpen, plainCodes } from './words.js';

/** Cards at first, and more at a press: a city's proposal can have thousands of steps. */
const CARDS = 30;

/** The last answer, and the question it answers. @type {any} */
let answer = null;
/** @type {any} */
let problem = null;
/** @type {AbortController | null} */
let running = null;
let began = 0;
let kind = 'smallest';
let changing = false;
let shownStep = 0;
let most = CARDS;
/** Position of the edit that took a fresh plan over; 0 = none. */
let freshAt = 0;
/** @type {HTMLElement} */
let place;

/** @param {HTMLElement} where */
export function startProposals(where) {
  place = where;
  show();
  // Nothing is computed before somebody looks.
  const look = () => { if (app.view.panel === 'proposals' && !answer && !running && !problem && plan.draft && isOpen()) compute('smallest'); };
  on('view', (changed) => {
    if (!changed.has('panel')) return;
    if (app.view.panel !== 'proposals') point(0);
    look();
  });
  let revision = 0;
  hear('draft', () => {
    if (plan.draft.revision === revision) return;
    revision = plan.draft.revision;
    show();
    look();
  });
  hear('goal', show);
}

/** @param {string} which 'smallest' | 'fresh' @param {{seed?: number, revision?: number}} [how] revision: the one the steps were worked out for */
async function compute(which, how = {}) {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  began = performance.now();
  kind = which;
  problem = null;
  changing = false;
  point(0);
  show();
  try {
    const { body } = await send('POST', `/api/drafts/${encodeURIComponent(plan.draft.id)}/proposals`, { kind: which, within: goal(), ...how }, { etag: plan.etag, signal: mine.signal });
    if (running === mine) { answer = body; most = CARDS; freshAt = 0; }
  } catch (error) {
    if (running === mine && !mine.signal.aborted) { problem = error; answer = null; }
  }
  if (running !== mine) return;
  running = null;
  show();
}

function show() {
  if (running) { fill(place, working()); return; }
  redraw(place, el('div', { class: 'pad col' },
    el('div', { class: 'row between wrap' }, el('h1', { tabindex: '-1' }, t(`planner.proposals.${kind}`)), answer ? el('span', { class: 'chip' }, t('planner.proposals.seed', { n: answer.proposal?.seed ?? answer.seed ?? '' })) : null),
    problem ? troubleCard(problem, t('planner.proposals.failed'), () => compute(kind)) : null,
    answer ? [summary(), el('ol', { class: 'col tight steps' }, cards().map(card)), moreCards()] : problem ? null : el('p', { class: 'muted' }, t(isOpen() ? 'planner.proposals.ask' : 'planner.tool.closed')),
    changing ? goalForm() : buttons()));
}

function working() {
  const seconds = el('span', { class: 'muted' });
  const mine = running;
  const tick = () => {
    if (running !== mine) return;
    seconds.textContent = t('planner.proposals.seconds', { n: Math.round((performance.now() - began) / 1000) });
    setTimeout(tick, 1000);
  };
  tick();
  return el('div', { class: 'pad col', aria: { busy: 'true' } }, el('h1', { tabindex: '-1' }, t(`planner.proposals.${kind}`)), el('p', { role: 'status' }, t('planner.proposals.working')), el('progress', { class: 'progress', aria: { label: t('planner.proposals.working') } }),
    el('p', { class: 'row between' }, seconds, el('button', { class: 'btn', type: 'button', on: { click: () => { running?.abort(); running = null; show(); } } }, t('planner.cancel'))));
}

function summary() {
  const steps = answer.steps ?? [];
  const [was, now] = answer.deviation ?? [null, null];
  const within = answer.proposal?.within ?? goal();
  const words = t(`planner.proposals.${kind}_words`, { goal: percent(within), from: plan.draft.parent?.valid_from ?? plan.draft.base?.name ?? '' });
  const moved = count('planner.proposals.moves', steps.length, { n: number(steps.length), km2: areaKm2(answer.area_m2 ?? 0), share: percent(answer.moved_share ?? 0) });
  return [el('p', { class: 'muted small' }, words, ' ', moved, was === null ? null : [' ', t('planner.proposals.deviation', { was: percent(was), now: percent(now) })]),
    answer.reached === false ? el('p', { class: 'note warn' }, el('b', {}, t('planner.proposals.not_reached', { goal: percent(within) })), ' ', t('planner.proposals.best', { now: percent(now ?? 0) })) : null,
    reached(steps), (answer.notes ?? []).map((/** @type {string} */ note) => el('p', { class: 'small muted', lang: 'en' }, plainCodes(note)))];
}

/** From the first step that is left: those before it are done. */
function cards() {
  const steps = answer.steps ?? [];
  const first = Math.max(0, steps.findIndex((/** @type {any} */ it) => !it.applied) - 2);
  return steps.length <= CARDS ? steps : steps.slice(first, first + most);
}

function moreCards() {
  const left = (answer.steps ?? []).length - cards().length;
  return left > 0 ? el('button', { class: 'btn wide', type: 'button', data: { id: 'more' }, on: { click: () => { most += CARDS; show(); } } }, t('planner.proposals.more', { n: number(left) })) : null;
}

/** @param {any[]} steps */
function reached(steps) {
  return answer.reached && !steps.length ? el('p', { class: 'note ok' }, t('planner.proposals.already')) : null;
}

/** Show a step on the map; 0 = none. @param {number} n */
function point(n) {
  shownStep = n;
  const step = answer?.steps?.find((/** @type {any} */ it) => it.n === n) ?? null;
  tell('proposal', step);
  for (const node of place.querySelectorAll('.stepcard')) node.classList.toggle('on', Number(/** @type {HTMLElement} */ (node).dataset.n) === n);
}

/** @param {any} step */
function card(step) {
  const applied = step.applied || (kind === 'fresh' && freshAt > 0 && plan.draft.position >= freshAt);
  const next = answer.steps.find((/** @type {any} */ it) => !it.applied)?.n === step.n;
  const [was, now] = step.ratio ?? [null, null];
  return el('li', { class: `stepcard${step.n === shownStep ? ' on' : ''}`, data: { n: step.n }, on: { pointerenter: () => point(step.n), focusin: () => point(step.n) } },
    el('div', { class: 'row between' }, el('b', {}, `${step.n}. ${step.from ? t('planner.proposals.from_to', { from: gridName(step.from), to: gridName(step.to) }) : t('planner.proposals.fresh')}`),
      applied ? el('button', { class: 'btn', type: 'button', disabled: true }, t('planner.proposals.applied'))
        : el('button', { class: `btn${next ? ' pri' : ''}`, type: 'button', disabled: !isOpen(), data: { id: `apply-${step.n}` }, on: { click: () => apply(step.command, step.why) } }, t('planner.proposals.apply'))),
    el('p', { class: 'small' }, [
      step.households === null || step.households === undefined ? '' : count('planner.proposals.households', step.households, { n: number(step.households) }),
      step.incidents === null || step.incidents === undefined ? '' : t('planner.proposals.incidents', { n: number(step.incidents ?? 0), open: number(step.open ?? 0) }),
      was === null ? '' : t('planner.proposals.ratio', { was: decimal(was, 2), now: decimal(now, 2) })].filter(Boolean).join(' ')),
    step.why ? el('p', { class: 'small muted', lang: 'en' }, plainCodes(step.why)) : null,
    step.shape ? el('button', { class: 'link small', type: 'button', data: { id: `go-${step.n}` }, on: { click: () => { point(step.n); goTo(step.shape); } } }, t('planner.finding.go')) : null);
}

/** @param {any} command @param {string} why */
async function apply(command, why) {
  const done = await edit(command, { reason: (lang === 'en' && plainCodes(why)) || t(`planner.proposals.${kind}_reason`, { goal: percent(answer.proposal?.within ?? goal()) }) });
  if (!done) return;
  if (kind === 'fresh') {
    // All of it is one edit: as long as that edit is in effect, it is applied.
    freshAt = done.position;
    show();
    return;
  }
  // The same question again tells which steps the draft now holds.
  const { seed, revision } = answer.proposal ?? {};
  compute(kind, { seed, revision });
}

function buttons() {
  const left = (answer?.steps ?? []).filter((/** @type {any} */ it) => !it.applied);
  return el('p', { class: 'row wrap' },
    left.length > 1 ? el('button', { class: 'btn', type: 'button', data: { id: 'apply-all' }, disabled: !isOpen(), on: { click: () => apply({ kind: 'proposal', proposal: answer.proposal, steps: 'all' }, '') } }, t('planner.proposals.all', { n: left.length })) : null,
    el('button', { class: 'btn', type: 'button', data: { id: 'goal' }, disabled: !isOpen(), on: { click: () => { changing = true; show(); place.querySelector('input')?.focus(); } } }, t('planner.proposals.goal')),
    el('button', { class: 'btn', type: 'button', data: { id: 'other' }, disabled: !isOpen(), on: { click: () => compute(kind === 'fresh' ? 'smallest' : 'fresh') } }, t(kind === 'fresh' ? 'planner.proposals.back' : 'planner.proposals.fresh_go')));
}

/** Another goal, another seed. */
function goalForm() {
  const within = /** @type {HTMLInputElement} */ (el('input', { class: 'field', type: 'number', min: 1, max: 100, step: 1, value: Math.round(goal() * 100), required: true }));
  const seed = /** @type {HTMLInputElement} */ (el('input', { class: 'field', type: 'number', min: 0, step: 1, value: answer?.proposal?.seed ?? '' }));
  return el('form', { class: 'col', on: { submit: (/** @type {Event} */ event) => {
    event.preventDefault();
    setGoal(Math.max(0.01, Math.min(1, Number(within.value) / 100)));
    compute(kind, seed.value === '' ? {} : { seed: Number(seed.value) });
  } } }, el('div', { class: 'row wrap' },
    el('label', { class: 'col tight grow' }, el('span', { class: 'small' }, t('planner.proposals.within')), within),
    el('label', { class: 'col tight grow' }, el('span', { class: 'small' }, t('planner.proposals.seed_field')), seed)),
  el('p', { class: 'row wrap' }, el('button', { class: 'btn pri', type: 'submit' }, t('planner.proposals.compute')), el('button', { class: 'btn', type: 'button', on: { click: () => { changing = false; show(); } } }, t('planner.cancel'))));
}
