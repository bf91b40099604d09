// How the card speaks of who is signed in.
import { may, me } from '../account/me.js';
import { nameOf, t } from '../i18n.js';

/** Is this a post that works on matters, rather than one that sends others? */
export function isWorker() {
  return Boolean(me.account && (me.account.post || me.account.department));
}

/** Does this post act in the grid of the matter, in one it may lie in, or where it is called? The server decides; nothing is offered that it would refuse. @param {any} kase */
export function actsHere(kase) {
  const { account } = me;
  if (!account || !may('handle')) return false;
  const codes = [kase.feature.properties.grid, ...(kase.shares ?? []).map((/** @type {any} */ it) => it.grid)];
  if (!account.grids.length && !isWorker()) return true;
  if (account.grids.some((it) => codes.includes(it))) return true;
  const targets = [`post:${account.post}`, `department:${account.department}`];
  return (kase.calls ?? []).some((/** @type {any} */ it) => targets.includes(it.target) && !it.dropped_at);
}

/** "You are signed in as Desk 2 (Dispatcher).", or that nobody is. */
export function whoWords() {
  if (!me.account) return t('case.nobody');
  return t('case.who', { name: nameOf(me.account) || me.account.code, role: t(`account.role.${me.account.role}`) });
}
