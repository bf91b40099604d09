// Who is signed in at this page, and what the post may do. The server decides; this only spares a vain try.
import { app } from '../app.js';
import { lang, t } from '../i18n.js';

/** @typedef {{account: any, rights: string[]}} Me */

/** @returns {Me | null} null = the page does not say who looks at it: then only the server knows */
function me() {
  return /** @type {any} */ (app).me ?? null;
}

/** @param {'see' | 'report' | 'handle' | 'dispatch' | 'redraw' | 'administer'} right */
export function may(right) {
  const known = me();
  return known === null || known.rights.includes(right);
}

/** Is this a post that works on matters, rather than one that sends others? */
export function isWorker() {
  const account = me()?.account;
  return Boolean(account && (account.post || account.department));
}

/** "Duty desk 2 (dispatcher)", or that nobody signed in. */
export function whoWords() {
  const account = me()?.account;
  if (!account) return t('case.nobody');
  const name = (lang === 'zh' ? account.name_zh || account.name : account.name || account.name_zh) || account.code;
  return t('case.who', { name, role: t(`case.role.${account.role}`) });
}
