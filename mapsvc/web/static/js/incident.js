// The incident card: what, where and how sure, by when. A sensitive matter shows its grid and nothing else of the place.
import { app, setView } from './app.js';
import { get, latest } from './api.js';
import { el, fill } from './el.js';
import { dateTime, dueWords, number } from './format.js';
import { gridTitle, has, nameOf, t } from './i18n.js';
import { icon, typeIcon } from './icons.js';
import { troubleCard } from './notice.js';
import { cardHead } from './panel.js';
import { titleOf, typeOf } from './rows.js';
import { symbol } from './symbols.js';

const newSignal = latest();
/** The accuracy circle of the shown incident. @type {any} */
let circle = null;

/** @param {HTMLElement} panel @param {string} id @param {boolean} again */
export async function showIncident(panel, id, again) {
  const signal = newSignal();
  if (!again) fill(panel, el('div', { class: 'pad' }, cardHead(t('incident')), el('h1', { tabindex: '-1' }, t('loading')), el('span', { class: 'bone' })));
  try {
    const feature = await get(`/api/incidents/${encodeURIComponent(id)}`, { plan: app.view.plan, as_of: app.view.as_of }, signal);
    const focused = panel.contains(document.activeElement);
    fill(panel, ...card(feature));
    drawAccuracy(feature);
    if (focused) panel.querySelector('h1')?.focus({ preventScroll: true });
  } catch (problem) {
    if (!signal.aborted) fill(panel, el('div', { class: 'pad' }, cardHead(t('incident')), el('h1', { tabindex: '-1' }, t('incident')), troubleCard(problem, t('error.incident'), () => showIncident(panel, id, true))));
  }
}

/** 68 of 100 such positions lie inside it. @param {any} feature */
function drawAccuracy(feature) {
  hideAccuracy();
  const radius = feature.properties.accuracy_m;
  if (!feature.geometry || !(radius > 0)) return;
  const [lon, lat] = feature.geometry.coordinates;
  circle = L.circle([lat, lon], { radius, pane: 'casing', interactive: false, className: 'accuracy' }).addTo(app.map);
}

export function hideAccuracy() {
  circle?.remove();
  circle = null;
}

/** @param {any} feature @returns {(Node | null)[]} */
function card(feature) {
  const it = feature.properties;
  const type = typeOf(it.type);
  const tz = app.desk.community.tz;
  const hidden = it.sensitive ?? type?.sensitive;
  const row = (/** @type {string} */ term, /** @type {any} */ ...value) => (value.some(Boolean) ? [el('dt', {}, term), el('dd', {}, value)] : []);
  return [
    el('div', { class: 'pad' }, cardHead(t('incident')),
      el('div', { class: 'row card-title' }, symbol(it, 34), el('h1', { tabindex: '-1' }, titleOf(it))),
      el('p', { class: 'row' }, el('b', { class: it.light === 'red' ? 'late' : '' }, t(`light.${it.light}`)), el('span', {}, dueWords(it, app.desk.now, tz)))),
    hidden ? el('p', { class: 'note pad-note' }, icon('info'), ' ', t('incident.sensitive')) : null,
    el('div', { class: 'pad' }, el('dl', { class: 'kv' },
      ...row(t('incident.type'), typeIcon(it.type, type?.icon), ' ', nameOf(type ?? { name: it.type })),
      ...row(t('incident.status'), has(`status.${it.status}`) ? t(`status.${it.status}`) : it.status),
      ...row(t('incident.grid'), it.grid ? el('button', { class: 'link', type: 'button', on: { click: () => setView({ sel: `grid:${it.grid}` }) } }, gridTitle(app.grids.get(it.grid), it.grid)) : t(`certainty.${it.certainty}`)),
      ...row(t('incident.sure'), sureWords(it)),
      ...row(t('incident.address'), it.address),
      ...row(t('incident.position'), feature.geometry ? positionWords(it) : ''),
      ...row(t('incident.occurred'), dateTime(it.occurred_at, tz)),
      ...row(t('incident.due'), it.due_at ? dateTime(it.due_at, tz) : ''),
      ...row(t('incident.closed'), it.closed_at ? dateTime(it.closed_at, tz) : ''),
      ...row(t('incident.departments'), (it.departments ?? []).join(', ')),
      ...row(t('incident.channel'), it.channel),
      ...row(t('incident.number'), el('span', { class: 'code' }, it.id)))),
    it.text ? el('section', { class: 'pad part' }, el('h2', {}, t('incident.text')), el('p', { class: 'prose' }, it.text)) : null,
    feature.geometry ? el('p', { class: 'pad row' }, el('button', { class: 'btn', type: 'button', on: { click: () => { const [lon, lat] = feature.geometry.coordinates; app.map.setView([lat, lon], Math.max(17, app.map.getZoom())); } } }, icon('home'), t('incident.go'))) : null,
  ];
}

/** "mostly 06, near the line to 05". @param {any} it */
function sureWords(it) {
  if (it.certainty !== 'boundary') return t(`sure.${it.certainty}`);
  const other = it.near ? gridTitle(app.grids.get(it.near), it.near) : '';
  const share = it.grid_share;
  if (share > 0 && share < 1) return t(other ? 'sure.share_near' : 'sure.share', { share: Math.round(share * 100), other });
  return other ? t('sure.near', { other }) : t('certainty.boundary');
}

/** @param {any} it */
function positionWords(it) {
  const how = has(`method.${it.method}`) ? t(`method.${it.method}`) : it.method;
  return it.accuracy_m > 0 ? t('incident.accuracy', { how, m: number(it.accuracy_m) }) : how;
}
