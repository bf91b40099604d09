// Limits: how long taking and resolving may need, by task type and level; a table that is kept whole.
import { ask, send } from '../../api.js';
import { el, fill } from '../../el.js';
import { t } from '../../i18n.js';
import { toast } from '../../notice.js';
import { form, input, names, options, place, select, table } from './parts.js';

const UNITS = ['hours', 'working_hours', 'working_days'];
const LEVELS = ['*', '1', '2', '3', '4'];

export async function showLimits() {
  const found = await ask('/api/settings/limits');
  const { value, revision } = /** @type {any} */ (found).body;
  draw(value.limits.map((/** @type {any} */ it) => ({ ...it })), revision);
}

/** @param {any[]} rows @param {number} revision */
function draw(rows, revision) {
  const again = () => draw(rows, revision);
  const types = /** @type {[string, string][]} */ ([['*', t('admin.limits.any')], ...options(names.types, false)]);
  const body = rows.map((it, i) => {
    const change = (/** @type {string} */ name, /** @type {any} */ control, /** @type {(text: string) => any} */ read) => { control.addEventListener('change', () => { it[name] = read(control.value); }); return el('td', {}, control); };
    const known = types.some(([code]) => code === it.type) ? types : [...types, /** @type {[string, string]} */ ([it.type, it.type])];
    const units = UNITS.includes(it.unit) ? UNITS : [...UNITS, it.unit];
    return el('tr', {}, change('type', select(`type-${i}`, known, [it.type], { aria: { label: t('admin.limits.type') } }), String),
      change('level', select(`level-${i}`, LEVELS.map((one) => [one, one === '*' ? t('admin.limits.any') : one]), [String(it.level)], { aria: { label: t('admin.limits.level') } }), (text) => (text === '*' ? '*' : Number(text))),
      change('sign', count(`sign-${i}`, it.sign, t('admin.limits.sign')), number), change('resolve', count(`resolve-${i}`, it.resolve, t('admin.limits.resolve')), number),
      change('unit', select(`unit-${i}`, units.map((one) => [one, t(`admin.unit.${one}`)]), [it.unit], { aria: { label: t('admin.limits.unit') } }), String),
      el('td', {}, el('button', { class: 'btn', type: 'button', on: { click: () => { rows.splice(i, 1); again(); } } }, t('admin.limits.drop'))));
  });
  const made = form([el('div', { class: 'whole' }, table([t('admin.limits.type'), t('admin.limits.level'), t('admin.limits.sign'), t('admin.limits.resolve'), t('admin.limits.unit'), ''], body, t('admin.limits.none'))),
    el('p', { class: 'whole' }, el('button', { class: 'btn', type: 'button', on: { click: () => { rows.push({ type: '*', level: '*', sign: 1, resolve: 24, unit: 'hours' }); again(); } } }, t('admin.limits.add')))],
  t('admin.keep'), async () => {
    await send('PUT', '/api/settings/limits', { value: { limits: rows } }, { etag: `"r${revision}"` });
    toast(t('admin.kept'));
    await showLimits();
  });
  fill(place(), el('p', { class: 'muted' }, t('admin.limits.words')), made);
}

/** @param {string} name @param {number | null} value @param {string} words */
function count(name, value, words) {
  return input(name, { type: 'number', class: 'field short', min: 0, step: 'any', value: value ?? '', aria: { label: words } });
}

/** @param {string} text */
function number(text) {
  return text === '' ? null : Number(text);
}
