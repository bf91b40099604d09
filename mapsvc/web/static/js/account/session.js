// Signing in and out and another password: the three questions to /api/session.
import { send } from '../api.js';
import { t } from '../i18n.js';

/** @param {string} account @param {string} password */
export async function signIn(account, password) {
  return (await send('POST', '/api/session', { account, password })).body;
}

/** The session ends everywhere; then the sign-in page. */
export async function signOut() {
  await send('DELETE', '/api/session', {});
  location.assign('/login');
}

/** @param {string} old @param {string} fresh */
export async function changePassword(old, fresh) {
  return (await send('POST', '/api/session/password', { old, new: fresh })).body;
}

/** What went wrong, for who stands at the door. @param {any} problem */
export function doorWords(problem) {
  const { left, wait_s: wait } = problem.body ?? {};
  if (problem.status === 401 && typeof left === 'number') return t(left ? 'account.wrong' : 'account.wrong_last', { n: left });
  if (problem.status === 429) return t('account.wait', { n: Math.ceil((wait ?? 60) / 60) });
  return problem.message;
}
