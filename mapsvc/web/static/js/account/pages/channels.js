// Channels: the ways in for reports.
import { get, send } from '../../api.js';
import { el, fill } from '../../el.js';
import { nameOf, t } from '../../i18n.js';
import { button, form, input, labelled, place, select, table, tick, value } from './parts.js';

const DATUMS = ['wgs84', 'cgcs2000', 'gcj02', 'bd09'];
const FACTS = ['name', 'name_zh', 'datum', 'public', 'per_minute', 'active'];
/** @type {any} */
let open = null;

export async function showChannels() {
  const { channels } = await get('/api/channels');
  fill(place(), el('p', { class: 'muted' }, t('admin.channels.words')),
    el('p', {}, el('button', { class: 'btn pri', type: 'button', data: { id: 'add-channel' }, on: { click: () => edit({ code: '', name: '', name_zh: '', datum: '', public: false, per_minute: 0, active: true }) } }, t('admin.channels.add'))),
    open ? editor(open) : null,
    table([t('admin.code'), t('admin.name'), t('admin.channels.datum'), t('admin.channels.pace'), t('admin.channels.open'), ''], channels.map(row), t('admin.channels.none')));
}

/** @param {any} it */
function edit(it) {
  open = it;
  showChannels();
}

/** @param {any} it */
function row(it) {
  return el('tr', { class: it.active ? '' : 'off', data: { channel: it.code } }, el('td', { class: 'code' }, it.code),
    el('td', {}, nameOf(it), it.active ? null : [' ', el('span', { class: 'tag' }, t('admin.off'))]), el('td', {}, it.datum || t('admin.channels.said')),
    el('td', {}, it.per_minute ? t('admin.channels.per_minute', { n: it.per_minute }) : t('admin.channels.no_limit')), el('td', {}, t(it.public ? 'admin.yes' : 'admin.no')),
    el('td', { class: 'actions' }, el('span', { class: 'row wrap' }, button(t('admin.change'), async () => edit(it)),
      button(t(it.active ? 'admin.switch_off' : 'admin.switch_on'), async () => { await put(it.code, { ...it, active: !it.active }); await showChannels(); }))));
}

/** @param {string} code @param {any} it */
function put(code, it) {
  return send('PUT', `/api/channels/${encodeURIComponent(code)}`, Object.fromEntries(FACTS.map((name) => [name, it[name]])));
}

/** @param {any} it */
function editor(it) {
  const isNew = !it.code;
  return form([
    labelled(t('admin.code'), input('code', { value: it.code, disabled: !isNew, required: isNew, maxlength: 40, pattern: '[a-z0-9][a-z0-9\\-]*', title: t('admin.code_rule') })),
    labelled(t('admin.name_en'), input('name', { value: it.name, required: true })), labelled(t('admin.name_zh'), input('name_zh', { value: it.name_zh })),
    labelled(t('admin.channels.datum'), select('datum', [['', t('admin.channels.said')], ...[...new Set([...DATUMS, it.datum].filter(Boolean))].map((one) => /** @type {[string, string]} */ ([one, one]))], [it.datum])),
    labelled(t('admin.channels.pace'), input('per_minute', { type: 'number', min: 0, max: 1000000, value: it.per_minute })),
    tick('public', t('admin.channels.public'), it.public),
  ], t('admin.keep'), async (made) => {
    const code = isNew ? value(made, 'code') : it.code;
    await put(code, { name: value(made, 'name'), name_zh: value(made, 'name_zh'), datum: value(made, 'datum'), public: value(made, 'public'), per_minute: Number(value(made, 'per_minute')) || 0, active: it.active });
    open = null;
    await showChannels();
  }, () => { open = null; showChannels(); });
}
