// What became of the report: the grid it went to, its number, how its photos fare.
import { byId, el, fill } from '../el.js';
import { gridTitle, shortCode, t } from '../i18n.js';

/**
 * @param {any} receipt @param {{code: string, name: string, name_zh: string}[]} grids
 * @param {{photos: string, onAgain: () => void, onPhotos: (() => void) | null}} it
 */
export function showDone(receipt, grids, { photos, onAgain, onPhotos }) {
  const sure = receipt.certainty === 'certain';
  const place = receipt.grid ? gridTitle(grids.find((one) => one.code === receipt.grid), receipt.grid) : '';
  const box = byId('done');
  fill(box,
    el('div', { class: sure ? 'phone-sent' : 'phone-sent doubt' },
      el('h2', {}, t(receipt.is_new ? 'phone.sent' : 'phone.sent_before')),
      el('p', { class: 'big' }, place || t('phone.looked_for')),
      el('p', {}, certainty(receipt))),
    el('p', { class: 'phone-number' }, t('phone.number'), ' ', el('b', {}, receipt.id)),
    receipt.findings.map((/** @type {any} */ one) => note(one.rule)),
    photos ? el('p', { class: 'note' }, photos) : null,
    onPhotos ? el('button', { class: 'btn wide', type: 'button', on: { click: onPhotos } }, t('phone.photos_again')) : null,
    el('button', { class: 'btn pri wide phone-send', type: 'button', on: { click: onAgain } }, t('phone.another')));
  box.hidden = false;
}

/** @param {any} receipt */
function certainty(receipt) {
  if (receipt.certainty === 'unlocated') return t('phone.unlocated');
  if (receipt.certainty === 'outside') return t('phone.outside');
  if (receipt.certainty === 'certain') return t('phone.certain');
  const other = receipt.shares.find((/** @type {any} */ one) => one.grid && one.grid !== receipt.grid);
  const percent = Math.round(receipt.grid_share * 100);
  return other ? t('phone.boundary', { percent, other: shortCode(other.grid) }) : t('phone.near_line', { percent });
}

/** The server's notes that concern who reported, in the reader's language. @param {string} rule */
function note(rule) {
  return rule === 'masked' ? el('p', { class: 'note' }, t('phone.masked')) : null;
}
