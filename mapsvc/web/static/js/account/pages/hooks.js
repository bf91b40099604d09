// Webhooks: other systems that are told of incidents.
import { get, send } from '../../api.js';
import { el, fill } from '../../el.js';
import { t } from '../../i18n.js';
import { button, form, input, labelled, place, secretNote, table, value } from './parts.js';

/** @type {any} */
let told = null;
let adding = false;

export async function showHooks() {
  const { webhooks } = await get('/api/webhooks');
  fill(place(), el('p', { class: 'muted' }, t('admin.hooks.words')),
    told ? secretNote(t('admin.hooks.secret', { name: told.name }), told.secret) : null,
    adding ? maker() : el('p', {}, el('button', { class: 'btn pri', type: 'button', data: { id: 'add-hook' }, on: { click: () => { adding = true; told = null; showHooks(); } } }, t('admin.hooks.add'))),
    table([t('admin.name'), t('admin.hooks.url'), t('admin.hooks.kinds'), t('admin.hooks.state'), ''], webhooks.map(row), t('admin.hooks.none')));
}

/** @param {any} it */
function row(it) {
  const path = `/api/webhooks/${encodeURIComponent(it.id)}`;
  const parked = it.parked?.length ?? 0;
  return el('tr', { class: it.active ? '' : 'off', data: { hook: it.id } }, el('td', {}, it.name), el('td', { class: 'code' }, it.url), el('td', {}, it.kinds?.length ? it.kinds.join(t('list_comma')) : t('admin.hooks.all')),
    el('td', {}, t('admin.hooks.after', { n: it.after ?? 0 }), parked ? [' ', el('span', { class: 'tag' }, t('admin.hooks.parked', { n: parked }))] : null, it.error ? el('p', { class: 'small muted' }, it.error) : null),
    el('td', { class: 'actions' }, el('span', { class: 'row wrap' },
      button(t(it.active ? 'admin.switch_off' : 'admin.switch_on'), async () => { await send('PATCH', path, { active: !it.active }); await showHooks(); }),
      button(t('admin.hooks.renew'), async () => { told = (await send('PATCH', path, { renew: true })).body; await showHooks(); }),
      parked ? button(t('admin.hooks.replay'), async () => { await send('POST', `${path}/replay`, { from: Math.min(...it.parked) }); await showHooks(); }) : null,
      button(t('admin.hooks.remove'), async () => { await send('DELETE', path, {}); await showHooks(); }))));
}

function maker() {
  return form([labelled(t('admin.name'), input('name', { required: true })), labelled(t('admin.hooks.url'), input('url', { type: 'url', required: true, maxlength: 2000 })),
    labelled(t('admin.hooks.kinds_hint'), input('kinds', { maxlength: 400, placeholder: 'incident.dispatched, incident.closed' }))], t('admin.hooks.add_now'), async (made) => {
    const kinds = String(value(made, 'kinds')).split(/[\s,，]+/).filter(Boolean);
    told = (await send('POST', '/api/webhooks', { name: value(made, 'name'), url: value(made, 'url'), ...(kinds.length ? { kinds } : {}) })).body;
    adding = false;
    await showHooks();
  }, () => { adding = false; showHooks(); });
}
