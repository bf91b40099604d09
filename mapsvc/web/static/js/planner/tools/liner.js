// What split, reshape and the drawn ring have in common: a line, its effect while it grows, and one edit at its end.
import { button, say } from '../bar.js';
import { Drawing, besideOf } from '../drawing.js';
import { edit, endPreview, preview } from '../drafts.js';
import { t } from '../../i18n.js';
import { hear } from '../state.js';
import { hideTip, tipAt } from '../tooltip.js';

/**
 * @typedef {object} Wish
 * @property {(line: [number, number][]) => any} command of the line as it is, null while it means nothing yet
 * @property {(points: number, command: any) => string} words of the bar
 * @property {(line: [number, number][]) => void} [asked] instead of an edit at once
 * @property {() => (Node | null)[]} [parts] more for the bar
 * @property {boolean} [ring]
 */

/** @param {Wish} wish @returns {import('../mapview.js').Tool & {drawing: Drawing}} */
export function liner({ command, words, asked, parts = () => [], ring = false }) {
  let inUse = false;
  const finish = button(t('planner.draw.finish'), () => drawing.finish(), { pri: true, key: 'Enter' });
  const drop = button(t('planner.draw.drop'), () => { drawing.clear(); changed(); }, { key: 'Esc' });
  const drawing = new Drawing({ ring, changed, done });

  function changed() {
    if (!inUse) return;
    const wanted = drawing.line.length > 1 ? command(drawing.line) : null;
    const begun = drawing.points.length > 0;
    say(words(drawing.points.length, wanted), [...parts(), begun ? finish : null, begun ? drop : null]);
    const at = besideOf(drawing);
    if (!begun || !wanted || !at) { hideTip(); endPreview(); return; }
    tipAt(at, { isLine: wanted.kind === 'reshape' });
    preview(wanted);
  }

  async function done() {
    hideTip();
    if (asked) { asked(drawing.line); return; }
    const wanted = command(drawing.line);
    if (!wanted) { changed(); return; }
    // A refused line stays, to be drawn better or dropped.
    if (await edit(wanted)) { drawing.clear(); if (inUse) changed(); }
  }

  // An edit that came through by another way, such as with a reason for its pieces, used the line up.
  hear('shapes', (detail) => { if (inUse && detail) drawing.clear(); });

  return {
    drawing,
    cross: true,
    start() { inUse = true; drawing.clear(); changed(); },
    stop() { inUse = false; drawing.clear(); hideTip(); endPreview(); },
    hover: (point) => drawing.hover(point),
    click: (point) => drawing.click(point),
    twice: () => drawing.finish(),
    key: (event) => drawing.key(event),
  };
}
