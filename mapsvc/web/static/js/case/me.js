// How the card speaks of who is signed in.
import { me } from '../account/me.js';
import { nameOf, t } from '../i18n.js';

/** Is this a post that works on matters, rather than one that sends others? */
export function isWorker() {
  return Boolean(me.account && (me.account.post || me.account.department));
}

/** "You are signed in as Desk 2 (Dispatcher).", or that nobody is. */
export function whoWords() {
  if (!me.account) return t('case.nobody');
  return t('case.who', { name: nameOf(me.account) || me.account.code, role: t(`account.role.${me.account.role}`) });
}
