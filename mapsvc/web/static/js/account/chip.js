// The account chip of the top bar: which post is signed in, where it may act, another password, sign out; and the note when the session is over.
import { on } from '../app.js';
import { byId, el } from '../el.js';
import { icon } from '../icons.js';
import { nameOf, shortCode, t } from '../i18n.js';
import { toast } from '../notice.js';
import { closePopover, popover } from '../popover.js';
import { may, me } from './me.js';
import { openPasswordDialog } from './password.js';
import { signOut } from './session.js';

/** Grids named before the rest is counted. */
const MOST_GRIDS = 12;

export function startAccount() {
  const chip = document.getElementById('account');
  if (chip) popover(chip, card, t('account.title'));
  on('signed_out', over);
}

function card() {
  const { account } = me;
  if (!account) return el('p', {}, t('account.nobody'));
  return el('div', { class: 'col account-card' }, el('b', { class: 'account-name' }, nameOf(account)),
    el('dl', { class: 'kv' }, el('dt', {}, t('account.code')), el('dd', { class: 'code' }, account.code), el('dt', {}, t('account.role')), el('dd', {}, t(`account.role.${account.role}`)),
      el('dt', {}, t('account.grids')), el('dd', {}, gridWords(account.grids))),
    el('p', { class: 'col tight' },
      may('administer') ? el('a', { class: 'btn', href: '/admin' }, t('account.keep')) : null,
      el('button', { class: 'btn', type: 'button', data: { id: 'change-password' }, on: { click: () => { closePopover(); openPasswordDialog(); } } }, icon('lock'), t('account.change')),
      el('button', { class: 'btn', type: 'button', data: { id: 'sign-out' }, on: { click: leave } }, t('account.sign_out'))));
}

/** @param {string[]} grids */
function gridWords(grids) {
  if (!grids.length) return t('account.all_grids');
  const shown = grids.slice(0, MOST_GRIDS).map(shortCode).join(t('list_comma'));
  return grids.length > MOST_GRIDS ? t('account.more_grids', { grids: shown, n: grids.length - MOST_GRIDS }) : shown;
}

async function leave() {
  try {
    await signOut();
  } catch (problem) {
    toast(/** @type {Error} */ (problem).message);
  }
}

/** The session ended while the page was open: what is on it stays to be read, and the way back is one click. */
function over() {
  if (document.getElementById('session-over')) return;
  const back = `/login?next=${encodeURIComponent(location.pathname + location.search)}`;
  byId('desk').append(el('div', { class: 'session-over', id: 'session-over', role: 'alert' }, el('span', {}, t('account.over')), el('a', { class: 'btn pri', href: back }, t('account.sign_in'))));
}
