// Accounts: the posts that sign in; adding, changing, a new password, switching off.
import { get, send } from '../../api.js';
import { el, fill } from '../../el.js';
import { nameOf, shortCode, t } from '../../i18n.js';
import { me } from '../me.js';
import { button, form, input, labelled, names, options, place, secretNote, select, table, value } from './parts.js';

/** @type {any} */
let told = null;
/** @type {any} */
let open = null;

export async function showAccounts() {
  const { accounts } = await get('/api/accounts');
  fill(place(), el('p', { class: 'muted' }, t('admin.accounts.words')),
    told ? secretNote(t('admin.accounts.secret', { code: told.code }), told.password) : null,
    el('p', {}, el('button', { class: 'btn pri', type: 'button', data: { id: 'add-account' }, on: { click: () => edit({ code: '', role: 'worker', name: '', name_zh: '', post: '', department: '', grids: [] }) } }, t('admin.accounts.add'))),
    open ? editor(open) : null,
    table([t('admin.code'), t('account.role'), t('admin.name'), t('admin.post'), t('account.grids'), ''], accounts.map(row), t('admin.accounts.none')));
}

/** @param {any} it */
function edit(it) {
  open = it;
  told = null;
  showAccounts().then(() => /** @type {any} */ (place().querySelector('form input'))?.focus());
}

/** @param {any} it */
function row(it) {
  const path = `/api/accounts/${encodeURIComponent(it.code)}`;
  const own = it.code === me.account?.code;
  return el('tr', { class: it.disabled ? 'off' : '', data: { account: it.code } },
    el('td', { class: 'code' }, it.code), el('td', {}, t(`account.role.${it.role}`)),
    el('td', {}, nameOf(it), it.disabled ? [' ', el('span', { class: 'tag' }, t('admin.off'))] : null, it.must_change ? [' ', el('span', { class: 'tag' }, t('admin.accounts.must'))] : null, it.demo ? [' ', el('span', { class: 'tag' }, t('admin.accounts.demo'))] : null),
    el('td', {}, [it.post, it.department].filter(Boolean).join(' · ') || '–'), el('td', {}, it.grids.length ? it.grids.map(shortCode).join(t('list_comma')) : t('account.all_grids')),
    el('td', { class: 'actions' }, el('span', { class: 'row wrap' },
      button(t('admin.change'), async () => edit(it)),
      button(t('admin.accounts.reset'), async () => { told = (await send('POST', `${path}/reset`, {})).body; open = null; await showAccounts(); }),
      own ? null : button(t(it.disabled ? 'admin.switch_on' : 'admin.switch_off'), async () => { await send('PATCH', path, { disabled: !it.disabled }); await showAccounts(); }))));
}

/** @param {any} it */
function editor(it) {
  const isNew = !it.code;
  const leave = () => { open = null; showAccounts(); };
  return form([
    labelled(t('admin.code'), input('code', { value: it.code, disabled: !isNew, required: isNew, maxlength: 40, pattern: '[a-z0-9][a-z0-9\\-]*', title: t('admin.code_rule') })),
    labelled(t('account.role'), select('role', names.roles.map((role) => [role, t(`account.role.${role}`)]), [it.role])),
    labelled(t('admin.name_en'), input('name', { value: it.name, required: true })), labelled(t('admin.name_zh'), input('name_zh', { value: it.name_zh })),
    labelled(t('admin.post'), select('post', options(names.posts), [it.post])), labelled(t('admin.department'), select('department', options(names.departments), [it.department])),
    labelled(t('admin.accounts.grids'), select('grids', options(names.grids, false), it.grids, { multiple: true }), { whole: true }),
  ], t(isNew ? 'admin.accounts.add_now' : 'admin.keep'), async (made) => {
    const facts = Object.fromEntries(['role', 'name', 'name_zh', 'post', 'department', 'grids'].map((name) => [name, value(made, name)]));
    if (isNew) told = (await send('POST', '/api/accounts', { code: value(made, 'code'), ...facts })).body;
    else await send('PATCH', `/api/accounts/${encodeURIComponent(it.code)}`, facts);
    open = null;
    await showAccounts();
  }, leave);
}
