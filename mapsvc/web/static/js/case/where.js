// Where it is and how sure: the share bar, the line, the position as it came, the sheet that proves it.
import { app, setView } from '../app.js';
import { address } from '../api.js';
import { el, measureOut } from '../el.js';
import { percent } from '../format.js';
import { icon } from '../icons.js';
import { lang, nameOf, t } from '../i18n.js';
import { actsHere, whoWords } from './me.js';
import { open, point, turnMode } from './state.js';
import { gridWords, lineWords, otherShares, positionWords, sentences, sharesOf, sureWords } from './words.js';
import { typeOf } from '../rows.js';

/** @param {any} kase */
export function where(kase) {
  const it = kase.feature.properties;
  const shares = kase.hidden ? [] : sharesOf(kase);
  return el('section', { class: 'pad part case-where' },
    el('div', { class: 'row between' }, el('h2', {}, t('case.where')), kase.hidden || !point() ? null : el('a', { class: 'small', target: '_blank', rel: 'noopener', href: address('/print/proof.pdf', { incident: it.id, lang }), data: { id: 'proof' } }, t('case.proof'))),
    kase.hidden ? hiddenPlace(it) : null,
    shares.length ? shareBar(shares) : !kase.hidden && it.grid ? el('p', {}, el('b', {}, gridWords(it.grid))) : null,
    el('p', { class: 'small' }, sentences(otherShares(shares) && otherShares(shares) + t('stop'), kase.hidden ? '' : sureWords(shares, it.certainty), lineWords(kase.line), !kase.hidden && point() ? positionWords(it) : '')),
    it.address && !kase.hidden ? el('p', { class: 'small' }, el('span', { class: 'muted' }, t('incident.address')), ' ', it.address) : null,
    buttons(kase));
}

/** Each share as wide as it is likely; the names are written where there is room. @param {{grid: string, share: number}[]} shares */
export function shareBar(shares) {
  const words = (/** @type {{grid: string, share: number}} */ it) => t('case.share', { grid: gridWords(it.grid), share: percent(it.share) });
  return el('div', { class: 'sharebar', role: 'img', aria: { label: shares.map(words).join(t('list_comma')) } },
    shares.map((it, i) => measureOut(el('span', { class: `share share-${Math.min(i, 3)}`, title: words(it) }, it.share >= 0.25 ? words(it) : ''), '--share', String(it.share))));
}

/** Only the handling post sees this place. @param {any} it */
function hiddenPlace(it) {
  const type = nameOf(typeOf(it.type) ?? { name: it.type });
  return el('div', { class: 'note' }, el('b', {}, t('case.hidden.title')), ' ', t('case.hidden.words', { type }), ' ', whoWords(),
    it.grid ? el('p', { class: 'row wrap' }, el('button', { class: 'btn', type: 'button', data: { id: 'hidden-grid' }, on: { click: () => setView({ sel: `grid:${it.grid}` }) } }, t('case.hidden.grid', { grid: gridWords(it.grid) }))) : null);
}

/** @param {any} kase */
function buttons(kase) {
  const at = point();
  const movable = actsHere(kase) && !kase.hidden && kase.feature.properties.light !== 'closed' && !kase.merged_into;
  return el('p', { class: 'row wrap' },
    at ? el('button', { class: 'btn', type: 'button', data: { id: 'case-go' }, on: { click: () => app.map.setView([at[1], at[0]], Math.max(17, app.map.getZoom())) } }, icon('home'), t('incident.go')) : null,
    movable && at ? el('button', { class: `btn${open.mode === 'pin' ? ' on' : ''}`, type: 'button', data: { id: 'move-pin' }, aria: { expanded: open.mode === 'pin' }, on: { click: () => turnMode('pin') } }, icon('pin'), t('case.pin')) : null,
    movable && !at ? el('button', { class: `btn pri${open.mode === 'place' ? ' on' : ''}`, type: 'button', data: { id: 'find-place' }, aria: { expanded: open.mode === 'place' }, on: { click: () => turnMode('place') } }, icon('pin'), t('case.place')) : null);
}
