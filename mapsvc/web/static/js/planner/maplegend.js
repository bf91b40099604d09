// The key of the map: what each line and handle means.
import { byId, el, fill, svg } from '../el.js';
import { t } from '../i18n.js';

export function startLegend() {
  const place = byId('chips');
  fill(place,
    sign(t('planner.draw.key.draft'), svg('path', { class: 'k-new', d: 'M1 8h38' })),
    sign(t('planner.draw.key.force'), svg('path', { class: 'k-old', d: 'M1 8h38' })),
    sign(t('planner.draw.key.ground'), svg('path', { class: 'k-ground', d: 'M6 0h28v16H6z' })),
    sign(t('planner.draw.key.junction'), svg('rect', { class: 'k-junction', x: 13, y: 1, width: 14, height: 14 })),
    sign(t('planner.draw.key.vertex'), svg('circle', { class: 'k-vertex', cx: 20, cy: 8, r: 6 })));
  L.DomEvent.disableClickPropagation(place);
}

/** @param {string} words @param {SVGElement} drawing */
function sign(words, drawing) {
  return el('span', { class: 'key' }, svg('svg', { class: 'keysign', width: 40, height: 16, viewBox: '0 0 40 16', 'aria-hidden': 'true' }, drawing), words);
}
