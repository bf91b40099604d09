// Incident symbols: shape and colour = light, fill = status, ring = certainty. Colours are classes of the stylesheet.
import { svg } from './el.js';
import { t } from './i18n.js';

const HOLLOW = new Set(['dispatched', 'rework']);
const TO_VERIFY = new Set(['resolved', 'verified']);

/** @param {string} shape @param {number} c centre @param {number} r radius */
function outline(shape, c, r) {
  if (shape === 'square') { const h = r * 0.82; return `M${c - h} ${c - h}H${c + h}V${c + h}H${c - h}Z`; }
  if (shape === 'triangle') return `M${c} ${c - r * 1.05}L${c + r} ${c + r * 0.73}H${c - r}Z`;
  if (shape === 'diamond') { const d = r * 1.14; return `M${c} ${c - d}L${c + d} ${c}L${c} ${c + d}L${c - d} ${c}Z`; }
  const k = r * 0.9;
  return `M${c - k} ${c}a${k} ${k} 0 1 0 ${2 * k} 0a${k} ${k} 0 1 0 ${-2 * k} 0Z`;
}

/** @type {Record<string, string>} */
const SHAPES = { waiting: 'square', green: 'circle', yellow: 'triangle', red: 'diamond' };

/**
 * @param {{light: string, status?: string, certainty?: string}} incident
 * @param {number} size px @param {{selected?: boolean, fresh?: boolean}} [marks]
 */
export function symbol(incident, size, marks = {}) {
  const c = size / 2;
  const node = svg('svg', { class: 'sym', width: size, height: size, viewBox: `0 0 ${size} ${size}`, 'aria-hidden': 'true', focusable: 'false' });
  if (incident.light === 'closed' || incident.light === 'grey') {
    node.append(svg('circle', { class: 's-closed', cx: c, cy: c, r: size * 0.14 }));
    return node;
  }
  const ringed = incident.certainty === 'boundary' || marks.selected || marks.fresh;
  const r = size * (ringed ? 0.25 : 0.34);
  if (incident.certainty === 'boundary') node.append(svg('circle', { class: 's-doubt', cx: c, cy: c, r: size * 0.42 }));
  const late = incident.light === 'red' ? ' late' : '';
  if (marks.fresh) node.append(svg('circle', { class: `s-fresh${late}`, cx: c, cy: c, r: size * 0.36 }), svg('circle', { class: `s-fresh thin${late}`, cx: c, cy: c, r: size * 0.46 }));
  if (marks.selected) node.append(svg('circle', { class: 's-selected-halo', cx: c, cy: c, r: size * 0.43 }), svg('circle', { class: 's-selected', cx: c, cy: c, r: size * 0.43 }));
  const path = outline(SHAPES[incident.light] ?? 'circle', c, r);
  const hollow = incident.light === 'waiting' || HOLLOW.has(incident.status ?? '');
  node.append(svg('path', { class: 's-halo', d: path, 'stroke-width': Math.max(4, size * 0.12) }), svg('path', { class: `s-body s-${incident.light}${hollow ? ' hollow' : ''}`, d: path, 'stroke-width': hollow ? Math.max(2.4, size * 0.1) : Math.max(1.5, size * 0.04) }));
  const thick = Math.max(1.9, size * 0.075);
  if (incident.light === 'waiting') node.append(svg('path', { class: 's-plus', 'stroke-width': thick, d: `M${c - r * 0.45} ${c}h${r * 0.9}M${c} ${c - r * 0.45}v${r * 0.9}` }));
  else if (incident.light === 'suspended') node.append(svg('path', { class: 's-tick', 'stroke-width': thick, d: `M${c - r * 0.28} ${c - r * 0.4}v${r * 0.8}M${c + r * 0.28} ${c - r * 0.4}v${r * 0.8}` }));
  else if (TO_VERIFY.has(incident.status ?? '')) node.append(svg('path', { class: 's-tick', 'stroke-width': thick, d: `M${c - r * 0.45} ${c}l${r * 0.35} ${r * 0.35} ${r * 0.55} ${-r * 0.7}` }));
  else if (incident.light === 'red' && !hollow) node.append(svg('path', { class: 's-mark', 'stroke-width': thick, d: `M${c} ${c - r * 0.5}v${r * 0.55}M${c} ${c + r * 0.5}v.01` }));
  return node;
}

/** A ring whose arcs are the shares of the lights, with the number in it. @param {Record<string, number>} lights @param {number} n @param {number} size */
export function clusterSymbol(lights, n, size) {
  const c = size / 2;
  const r = size * 0.38;
  const round = 2 * Math.PI * r;
  const node = svg('svg', { class: 'sym', width: size, height: size, viewBox: `0 0 ${size} ${size}`, 'aria-hidden': 'true', focusable: 'false' },
    svg('circle', { class: 's-cluster-halo', cx: c, cy: c, r: size * 0.49 }), svg('circle', { class: 's-cluster', cx: c, cy: c, r }));
  let start = 0;
  for (const light of ['yellow', 'green', 'closed']) {
    const share = (lights[light] ?? 0) / n;
    if (!share) continue;
    node.append(svg('circle', { class: `s-arc s-arc-${light}`, cx: c, cy: c, r, 'stroke-dasharray': `${share * round} ${round}`, 'stroke-dashoffset': -start * round, transform: `rotate(-90 ${c} ${c})` }));
    start += share;
  }
  node.append(svg('text', { class: 's-number', x: c, y: c, dy: '.35em', 'text-anchor': 'middle' }, n > 999 ? '999+' : n));
  return node;
}

/** A circle with a question mark: reported, but nobody knows yet where. @param {number} size */
export function unlocatedSymbol(size) {
  const c = size / 2;
  return svg('svg', { class: 'sym', width: size, height: size, viewBox: `0 0 ${size} ${size}`, 'aria-hidden': 'true' },
    svg('circle', { class: 's-unlocated', cx: c, cy: c, r: size * 0.31 }), svg('text', { class: 's-number', x: c, y: c, dy: '.35em', 'text-anchor': 'middle' }, '?'));
}

/** "Overdue, street lamp out, grid 06": a symbol's name. @param {any} incident @param {string} grid */
export function symbolName(incident, grid) {
  return [t(`light.${incident.light}`), incident.title || t('incident.untitled'), grid && t('in_grid', { grid }), incident.certainty === 'boundary' && t('certainty.boundary')].filter(Boolean).join(', ');
}
