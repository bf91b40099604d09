// The top bar's facts: community, edition, the live dot with its age, links that keep the view.
import { addressOf, app, on } from './app.js';
import { byId, el, fill } from './el.js';
import { clock, duration } from './format.js';
import { lang, nameOf, t } from './i18n.js';
import { age, load } from './desk.js';
import { lostAt } from './strip.js';
import { stream } from './stream.js';
import { troubles } from './notice.js';
import { writeView } from './state/url.js';

/** Older than this, the figures carry their age. */
const STALE_MS = 40000;

export function startLive() {
  on('desk', show);
  for (const event of ['heard', 'stream']) on(event, dot);
  on('view', links);
  setInterval(dot, 1000);
  links();
}

let takenAt = 0;
/** @param {any} desk */
function show(desk) {
  takenAt = Date.now();
  const name = nameOf(desk.community);
  byId('brand').textContent = name;
  document.title = name ? `${name} · ${t(`desk.${app.deskName}`)}` : document.title;
  byId('synthetic').hidden = !desk.community.synthetic;
  byId('synthetic').title = desk.community.note ?? '';
  dot();
}

function dot() {
  const place = byId('live');
  place.hidden = !app.desk;
  if (!app.desk) return;
  const lost = troubles.has('desk') || age() > STALE_MS;
  document.body.classList.toggle('stale', lost);
  const polling = !lost && stream.state === 'lost';
  const words = lost ? t('live.lost', { time: duration(age() / 1000) }) : polling ? t('stream.polling', { time: lostAt() }) : t('live.on', { time: clock(timeThere(), app.desk.community.tz, true) });
  const title = lost ? t('live.lost_hint') : polling ? t('stream.polling_hint') : t('live.hint', { seq: Math.max(stream.seq, app.desk.seq) });
  const shown = `${words}|${title}`;
  if (place.dataset.shown === shown) return;
  place.dataset.shown = shown;
  place.title = title;
  fill(place, el('i', { class: `dot${lost || polling ? ' lost' : ''}` }), words, lost ? el('button', { class: 'btn', type: 'button', on: { click: () => load() } }, t('error.again')) : null);
}

/** What the community's clock shows now: the server's time, carried on by this machine's. */
export function timeThere() {
  return new Date(Date.parse(app.desk.now) + (Date.now() - takenAt)).toISOString();
}

function links() {
  for (const link of document.querySelectorAll('[data-desk-link]')) link.setAttribute('href', addressOf(link.getAttribute('data-desk-link') ?? '/command'));
  byId('language').setAttribute('href', otherLanguage());
  byId('wall').setAttribute('href', addressOf('/command', { wall: true }));
}

/** The address of this view in the other language. */
export function otherLanguage() {
  const search = writeView(app.view, app.deskName);
  return `${location.pathname}${search}${search ? '&' : '?'}lang=${lang === 'zh' ? 'en' : 'zh'}`;
}
