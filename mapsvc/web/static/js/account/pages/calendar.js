// Working time: weekdays, hours, days off and days worked all the same.
import { ask, send } from '../../api.js';
import { el, fill } from '../../el.js';
import { t } from '../../i18n.js';
import { toast } from '../../notice.js';
import { form, labelled, place, tick, value } from './parts.js';

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

export async function showCalendar() {
  const found = await ask('/api/settings/calendar');
  const { value: table, revision } = /** @type {any} */ (found).body;
  const lines = (/** @type {string} */ name, /** @type {string[]} */ all, rows = 6) => el('textarea', { class: 'field code', name, rows, spellcheck: 'false' }, all.join('\n'));
  fill(place(), el('p', { class: 'muted' }, t('admin.calendar.words')), form([
    el('fieldset', { class: 'whole row wrap' }, el('legend', {}, t('admin.calendar.weekdays')), WEEKDAYS.map((day) => tick(day, t(`admin.day.${day}`), table.weekdays.includes(day)))),
    labelled(t('admin.calendar.hours'), lines('hours', table.hours, 3)),
    labelled(t('admin.calendar.holidays'), lines('holidays', table.holidays)), labelled(t('admin.calendar.extra'), lines('extra', table.extra)),
  ], t('admin.keep'), async (made) => {
    const list = (/** @type {string} */ name) => String(value(made, name)).split(/[\s,，、]+/).filter(Boolean);
    const next = { weekdays: WEEKDAYS.filter((day) => value(made, day)), hours: list('hours'), holidays: list('holidays'), extra: list('extra') };
    await send('PUT', '/api/settings/calendar', { value: next }, { etag: `"r${revision}"` });
    toast(t('admin.kept'));
    await showCalendar();
  }));
}
