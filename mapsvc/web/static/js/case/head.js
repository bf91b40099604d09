// The top of a card: how it stands and since when, what it is, where it came from, its text and pictures.
import { app, setView } from '../app.js';
import { el } from '../el.js';
import { dateTime, clock, day, dueWords, duration } from '../format.js';
import { icon, typeIcon } from '../icons.js';
import { has, nameOf, t } from '../i18n.js';
import { titleOf, typeOf } from '../rows.js';
import { symbol } from '../symbols.js';
import { serverIso, serverNow } from './clock.js';
import { capital, span } from './words.js';

/** How it stands, in a few words with a time. @param {any} kase */
export function standing(kase) {
  const it = kase.feature.properties;
  if (kase.merged_into) return t('case.stands.merged', { id: kase.merged_into });
  if (it.status === 'suspended') return kase.limit?.left_s ? t('case.stands.suspended_left', { time: span(kase.limit.left_s) }) : t('light.suspended');
  if (it.light === 'closed') return t('case.stands.closed', { status: capital(t(`status.${it.status}`)), when: dateTime(it.closed_at || it.occurred_at, app.desk.community.tz) });
  if (it.status === 'rework') return [capital(t('status.rework')), dueWords(it, serverIso(), app.desk.community.tz)].filter(Boolean).join(t('list_comma'));
  if (it.light === 'waiting') return t('case.stands.waiting', { time: duration((serverNow() - Date.parse(it.reported_at || it.occurred_at)) / 1000) });
  return [t(`light.${it.light}`), has(`status.${it.status}`) ? t(`status.${it.status}`) : it.status, dueWords(it, serverIso(), app.desk.community.tz)].filter(Boolean).join(t('list_comma'));
}

/** The first line: symbol, how it stands, the way out. @param {any} kase */
export function statusLine(kase) {
  const it = kase.feature.properties;
  return el('div', { class: 'row between case-status' },
    el('span', { class: 'row' }, symbol(it, 28), el('b', { class: it.light === 'red' ? 'late' : '', data: { standing: '' } }, standing(kase))),
    el('button', { class: 'btn quiet', type: 'button', data: { id: 'case-close' }, on: { click: () => setView({ sel: '' }) } }, icon('x'), t('close'), ' ', el('kbd', {}, 'Esc')));
}

/** Title and the line of facts under it. @param {any} kase */
export function title(kase) {
  const it = kase.feature.properties;
  const type = typeOf(it.type);
  const at = it.reported_at || it.occurred_at;
  const tz = app.desk.community.tz;
  const today = day(at, tz) === day(app.desk.now, tz);
  const facts = [
    nameOf(type ?? { name: it.type }), it.level ? t(`case.level.${it.level}`) : '',
    t('case.reported', { when: today ? clock(at, tz) : dateTime(at, tz), channel: it.channel_name || it.channel || '–' }), it.ref ? t('case.ref', { ref: it.ref }) : t('case.ref', { ref: it.id }),
  ].filter(Boolean);
  return [
    el('h1', { tabindex: '-1' }, titleOf(it)),
    el('p', { class: 'small muted case-facts' }, typeIcon(it.type, type?.icon), ' ', facts.join(' · ')),
    kase.drill ? el('p', { class: 'note' }, t('case.drill')) : null,
    it.text ? el('p', { class: 'prose' }, it.text) : null,
  ];
}

/** Pictures, small; each opens large beside the desk. @param {any} kase */
export function photos(kase) {
  if (!kase.photos?.length) return null;
  return el('ul', { class: 'case-photos', aria: { label: t('case.photos') } }, kase.photos.map((/** @type {any} */ it, /** @type {number} */ i) => {
    const address = `/api/photos/${encodeURIComponent(it.id)}`;
    const name = t('case.photo', { n: i + 1, of: kase.photos.length });
    return el('li', {}, el('a', { href: address, target: '_blank', rel: 'noopener', data: { id: `photo-${i}` } },
      el('img', { src: address, alt: name, width: 112, height: Math.round((112 * it.height_px) / Math.max(1, it.width_px)) || 84, loading: 'lazy' })));
  }));
}
