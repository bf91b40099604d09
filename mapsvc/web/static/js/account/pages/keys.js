// Keys for programs: made for a channel or an account, told once, taken back.
import { get, send } from '../../api.js';
import { el, fill } from '../../el.js';
import { nameOf, t } from '../../i18n.js';
import { button, form, input, labelled, moment, place, secretNote, select, table, value } from './parts.js';

/** @type {any} */
let told = null;
let adding = false;

export async function showKeys() {
  const [{ keys }, { accounts }, { channels }] = await Promise.all([get('/api/keys'), get('/api/accounts'), get('/api/channels')]);
  const holders = [...channels.map((/** @type {any} */ it) => [`channel:${it.code}`, t('admin.keys.channel', { name: nameOf(it) })]), ...accounts.map((/** @type {any} */ it) => [`account:${it.code}`, t('admin.keys.account', { name: nameOf(it) })])];
  fill(place(), el('p', { class: 'muted' }, t('admin.keys.words')),
    told ? secretNote(t('admin.keys.secret', { name: told.name }), told.key) : null,
    adding ? maker(holders) : el('p', {}, el('button', { class: 'btn pri', type: 'button', data: { id: 'add-key' }, on: { click: () => { adding = true; told = null; showKeys(); } } }, t('admin.keys.add'))),
    table([t('admin.name'), t('admin.keys.of'), t('admin.keys.made'), ''], keys.map(row), t('admin.keys.none')));
}

/** @param {any} it */
function row(it) {
  return el('tr', { class: it.taken_back_at ? 'off' : '', data: { key: it.id } }, el('td', {}, it.name),
    el('td', {}, it.channel ? t('admin.keys.channel', { name: it.channel }) : t('admin.keys.account', { name: it.account })), el('td', {}, moment(it.created_at)),
    el('td', { class: 'actions' }, it.taken_back_at ? t('admin.keys.gone', { at: moment(it.taken_back_at) })
      : button(t('admin.keys.take_back'), async () => { await send('DELETE', `/api/keys/${encodeURIComponent(it.id)}`, {}); await showKeys(); })));
}

/** @param {[string, string][]} holders */
function maker(holders) {
  return form([labelled(t('admin.keys.name'), input('name', { required: true })), labelled(t('admin.keys.of'), select('channel', holders))], t('admin.keys.add_now'), async (made) => {
    const [kind, code] = String(value(made, 'channel')).split(':');
    told = (await send('POST', '/api/keys', { name: value(made, 'name'), [kind]: code })).body;
    adding = false;
    await showKeys();
  }, () => { adding = false; showKeys(); });
}
