// The tools at the left: one is chosen; snapping is a switch.
import { byId, el, fill } from '../el.js';
import { icon } from '../icons.js';
import { t } from '../i18n.js';
import { change, hear, plan } from './state.js';

/** Tool -> key, in the order of the bar. @type {[string, string][]} */
export const TOOLS = [['pick', 'V'], ['edge', 'E'], ['reshape', 'R'], ['split', 'S'], ['merge', 'M'], ['transfer', 'T'], ['lock', 'L']];

export function startToolbar() {
  const place = byId('tools');
  fill(place,
    TOOLS.map(([name, key]) => button(name, name, key, () => change({ tool: name }, 'tool'))),
    el('hr', { class: 'tools-line' }),
    button('snap', 'magnet', 'N', () => change({ snapping: !plan.snapping }, 'snapping')));
  place.addEventListener('keydown', walk);
  for (const event of ['tool', 'draft', 'snapping']) hear(event, show);
  show();
}

/** @param {string} name @param {string} drawing @param {string} key @param {() => void} press */
function button(name, drawing, key, press) {
  return el('button', { class: 'btn quiet tool', type: 'button', data: { tool: name }, title: t(`planner.tool.${name}.hint`), on: { click: press } },
    icon(drawing), el('span', { class: 'tool-name' }, t(`planner.tool.${name}`), ' ', el('kbd', {}, key)));
}

function show() {
  const open = !plan.draft || plan.draft.status === 'draft' || plan.draft.status === 'open';
  for (const node of byId('tools').querySelectorAll('button')) {
    const name = node.dataset.tool;
    const on = name === 'snap' ? plan.snapping : name === plan.tool;
    node.setAttribute('aria-pressed', String(on));
    node.classList.toggle('on', on);
    const idle = !open && name !== 'pick';
    node.disabled = idle;
    node.title = idle ? t('planner.tool.closed') : t(`planner.tool.${name}.hint`);
  }
}

/** Up and down walk through the bar. @param {KeyboardEvent} event */
function walk(event) {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (!step) return;
  const all = [...byId('tools').querySelectorAll('button:not(:disabled)')];
  const next = all[all.indexOf(/** @type {Element} */ (document.activeElement)) + step];
  if (next) { event.preventDefault(); event.stopPropagation(); /** @type {HTMLElement} */ (next).focus(); }
}
