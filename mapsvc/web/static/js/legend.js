// The legend under the map: what each sign means, the classes with their numbers, and what is not drawn.
import { app, emit, isWall, on, setView } from './app.js';
import { chosenClass, gridsOfClass } from './classes.js';
import { byId, el, fill, svg } from './el.js';
import { measureNumber, number } from './format.js';
import { count, t } from './i18n.js';
import { isShown, legend as densityNumbers } from './layers/density.js';
import { cellsOf, hotReport } from './layers/hotcells.js';
import { drawnNetworks, hasNoNetworks, lookOf, networkWord } from './layers/networks.js';
import { periodShort } from './overview.js';
import { clusterSymbol, symbol } from './symbols.js';

export function startLegend() {
  for (const event of ['desk', 'incidents', 'density-legend', 'hotspots', 'networks', 'compare', 'replay']) on(event, show);
  on('view', (changed) => { if (['layers', 'cmp', 'sel'].some((it) => changed.has(it))) show(); });
}

/** @type {any} */
let replayed = null;

/** @param {any} [detail] */
function show(detail) {
  if (detail?.breaks && detail?.counts) replayed = detail;
  if (detail === null) replayed = null;
  const place = byId('legend');
  if (!app.desk?.plan) { place.hidden = true; return; }
  // A wall shows one legend: of its symbols, or of the areas where no symbol is drawn.
  const symbols = isWall() && app.drawn.mode === 'density' && app.drawn.drawn === 0 ? null : incidents();
  const parts = [symbols, isWall() && symbols ? null : classes(), density(), cells(), networks()].filter(Boolean);
  place.hidden = parts.length === 0;
  // Drawn anew by every bit of news: the class that has the focus keeps it.
  const focused = document.activeElement?.closest('#legend [data-id]')?.getAttribute('data-id');
  fill(place, .../** @type {Node[]} */ (parts));
  if (focused) /** @type {HTMLElement | null} */ (place.querySelector(`[data-id="${focused}"]`))?.focus({ preventScroll: true });
  emit('legend');
}

function incidents() {
  if (!app.view.layers.includes('inc')) return null;
  if (app.desk.figures.open === 0 && app.drawn.drawn === 0) return app.drawn.mode === 'density' ? el('p', { class: 'legend-part muted' }, t('legend.zoom_in', { all: number(app.drawn.matched) })) : null;
  const size = isWall() ? 44 : 22;
  const key = (/** @type {any} */ it, /** @type {string} */ word) => el('span', { class: 'key' }, symbol(it, size), t(word));
  const wall = isWall();
  // Where nothing is open the map shows what was closed: no light has a meaning then.
  if (app.desk.figures.open === 0) return el('div', { class: 'legend-part incident-part' }, el('b', { class: 'legend-title' }, t('legend.incidents')), key({ light: 'closed' }, 'legend.closed'), el('span', { class: 'key' }, clusterSymbol({ closed: 5 }, 5, size * 1.3), t('legend.cluster')), el('p', { class: 'muted small drawn' }, drawnWords()));
  return el('div', { class: 'legend-part incident-part' }, wall ? null : el('b', { class: 'legend-title' }, t('legend.open')),
    el('span', { class: 'keys' }, key({ light: 'waiting' }, 'legend.waiting'), key({ light: 'green', status: 'handling' }, 'legend.green'), key({ light: 'yellow', status: 'handling' }, 'legend.yellow'), key({ light: 'red', status: 'handling' }, 'legend.red'),
      wall ? el('span', { class: 'key' }, clusterSymbol({ green: 4, yellow: 1 }, 5, size * 1.5), t('legend.cluster')) : [key({ light: 'green', status: 'dispatched' }, 'legend.dispatched'), key({ light: 'green', status: 'handling', certainty: 'boundary' }, 'legend.boundary')]),
    el('p', { class: 'muted small drawn' }, drawnWords()));
}

/** Every legend says what is not drawn. */
function drawnWords() {
  const { drawn, matched, unlocated, by_grid, mode } = app.drawn;
  if (isWall()) return t('legend.drawn_short', { drawn: number(drawn), all: number(matched) });
  if (mode === 'density') return t('legend.too_many', { drawn: number(drawn), all: number(matched) });
  const left = [unlocated && t('legend.not_located', { n: unlocated }), by_grid && t('legend.by_grid', { n: by_grid })].filter(Boolean).join(t('list_comma'));
  return t('legend.drawn', { drawn: number(drawn), all: number(matched) }) + (left ? ` ${t('legend.not_drawn', { left })}` : '');
}

/** @param {any} [_] */
function classes(_) {
  if (!app.view.layers.includes('count') && !replayed) return null;
  const { name, breaks } = app.desk.measure;
  const edges = replayed ? [1, ...replayed.breaks, replayed.most] : breaks;
  if (!edges?.length || edges.some((/** @type {any} */ it) => it === null)) return null;
  const title = replayed ? t('legend.replay') : t(`legend.measure_${name}`, { period: periodShort() });
  return el('div', { class: 'legend-part grow' }, el('b', { class: 'legend-title' }, title),
    el('div', { class: 'ramp' }, steps(edges).map(({ k, words }) => step(k, words))));
}

/** A class opens its grids; in a replay and on a wall it only says its number. @param {number} k @param {string} words */
function step(k, words) {
  const inner = [el('i', { class: `seq-${k}` }), el('small', {}, words)];
  if (replayed || isWall()) return el('span', { class: 'step' }, inner);
  const chosen = chosenClass() === k;
  const n = gridsOfClass(k).length;
  const told = count('class.open', n, { n: number(n) });
  return el('button', { class: `step${chosen ? ' on' : ''}`, type: 'button', title: told, data: { id: `class-${k}` }, aria: { label: `${words}: ${told}`, pressed: chosen }, on: { click: () => setView({ sel: chosen ? '' : `class:${k}` }) } }, inner);
}

/**
 * The classes that hold something, each with its highest value: ties can leave one of the five empty.
 * @param {number[]} edges of a replay: lowest, four inner edges, highest @returns {{k: number, words: string}[]}
 */
function steps(edges) {
  const values = app.desk.grids.map((/** @type {any} */ it) => it[app.desk.measure.name]);
  const highest = (/** @type {number} */ k) => (replayed ? edges[k] : Math.max(...values.filter((/** @type {any} */ _, /** @type {number} */ i) => app.desk.measure.classes[i] === k - 1)));
  const lowest = replayed ? edges[0] : Math.min(...values.filter((/** @type {any} */ _, /** @type {number} */ i) => app.desk.measure.classes[i] >= 0));
  const kept = [1, 2, 3, 4, 5].filter((k) => Number.isFinite(highest(k)) && !(replayed && k > 1 && edges[k] === edges[k - 1]));
  return kept.map((k, i) => ({ k, words: i === 0 && lowest < highest(k) ? `${measureNumber(lowest)}–${measureNumber(highest(k))}` : `${i ? '–' : ''}${measureNumber(highest(k))}` }));
}

function density() {
  if (!isShown()) return null;
  const numbers = densityNumbers?.breaks ?? null;
  const bandwidth = densityNumbers?.bandwidth_m;
  const values = Array.isArray(numbers) ? numbers.map((/** @type {any} */ it) => (typeof it === 'number' ? it : it?.from ?? it?.min)).filter((/** @type {any} */ it) => typeof it === 'number') : [];
  return el('div', { class: 'legend-part density-part' }, el('b', { class: 'legend-title' }, t('legend.density')), el('i', { class: 'density-ramp' }),
    el('div', { class: 'row between small' }, el('span', {}, values.length ? measureNumber(values[0]) : t('legend.few')), el('span', {}, values.length > 1 ? t('legend.more_than', { n: measureNumber(values[values.length - 1]) }) : t('legend.many'))),
    bandwidth ? el('p', { class: 'small muted' }, t('legend.bandwidth', { m: number(Math.round(bandwidth)) })) : null);
}

function cells() {
  if (!app.view.layers.includes('hot')) return null;
  const report = hotReport();
  if (report?.refused) return el('div', { class: 'legend-part row' }, el('i', { class: 'hatch-key' }), t('legend.hatch'));
  const alpha = report?.parameters?.alpha ?? 0.05;
  // Each sign on the map stands in the legend; one for fewer is always there, so that its absence means something.
  const found = new Set(cellsOf(report).filter((/** @type {any} */ it) => it.kind === 'cold').map((/** @type {any} */ it) => it.level));
  const colds = [1, 2, 3].filter((level) => level === 1 || found.has(level));
  const key = (/** @type {string} */ kind, /** @type {number} */ level, /** @type {string} */ mark, /** @type {string} */ word) => el('span', { class: 'key' }, el('i', { class: `cellkey cell-${kind} ${level ? `cell-${kind}-${level}` : ''} mark-${kind}-${level}` }, mark), word);
  const q = (/** @type {number} */ it) => `q < ${Number(it.toPrecision(1))}`;
  return el('div', { class: 'legend-part' }, el('b', { class: 'legend-title' }, t('legend.hot')),
    el('span', { class: 'keys' }, key('hot', 3, '+++', q(alpha / 50)), key('hot', 2, '++', q(alpha / 5)), key('hot', 1, '+', q(alpha)), app.deskName === 'hotspots' ? key('none', 0, '', t('legend.not_told')) : null, colds.map((level) => key('cold', level, '−'.repeat(level), t('legend.fewer', { q: q(alpha / [1, 5, 50][level - 1]) })))));
}

/** Which networks are drawn, each with its line. */
function networks() {
  const drawn = drawnNetworks();
  if (!drawn.length) return hasNoNetworks() ? el('p', { class: 'legend-part muted' }, t('network.none')) : null;
  const line = (/** @type {string} */ network) => svg('svg', { class: 'netkey', width: 40, height: 10, viewBox: '0 0 40 10', 'aria-hidden': 'true' }, svg('path', { class: `net net-${lookOf(network)}`, d: 'M0 5H40' }));
  return el('div', { class: 'legend-part' }, el('b', { class: 'legend-title' }, t('network.title')), el('span', { class: 'keys' }, drawn.map((it) => el('span', { class: 'key' }, line(it), networkWord(it)))));
}
