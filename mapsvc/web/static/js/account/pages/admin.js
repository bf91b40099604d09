// The keeper's page: a tab for accounts, keys, channels, webhooks, limits and the calendar.
import { byId, el, fill } from '../../el.js';
import { t } from '../../i18n.js';
import { troubleCard } from '../../notice.js';
import { startAccount } from '../chip.js';
import { showAccounts } from './accounts.js';
import { showCalendar } from './calendar.js';
import { showChannels } from './channels.js';
import { showHooks } from './hooks.js';
import { showKeys } from './keys.js';
import { showLimits } from './limits.js';
import { place } from './parts.js';

/** @type {[string, () => Promise<any>][]} */
const PARTS = [['accounts', showAccounts], ['channels', showChannels], ['keys', showKeys], ['hooks', showHooks], ['limits', showLimits], ['calendar', showCalendar]];

startAccount();
open(location.hash.slice(1));
window.addEventListener('hashchange', () => open(location.hash.slice(1)));

/** @param {string} wanted */
async function open(wanted) {
  const [name, show] = PARTS.find(([one]) => one === wanted) ?? PARTS[0];
  fill(byId('tabs'), PARTS.map(([one]) => el('a', { class: `btn${one === name ? ' on' : ''}`, href: `#${one}`, role: 'tab', id: `tab-${one}`, aria: { selected: one === name, controls: 'part' } }, t(`admin.tab.${one}`))));
  byId('part').setAttribute('aria-labelledby', `tab-${name}`);
  fill(place(), el('span', { class: 'bone' }), el('span', { class: 'bone' }));
  try {
    await show();
  } catch (problem) {
    fill(place(), troubleCard(problem, t('admin.unread'), () => open(name)));
  }
}
