// The report page: what, where, photo, send. Kept on the phone until the server has it.
import { byId, el, fill } from '../el.js';
import { nameOf, t } from '../i18n.js';
import { showDone } from './done.js';
import { dropDraft, emptyDraft, keepDraft, readDraft } from './draft.js';
import { startPhotos } from './photos.js';
import { startPlace } from './place.js';
import { NotSent, sendPhoto, sendReport } from './sending.js';

const AGAIN_MS = 20000;
const FACTS = JSON.parse(byId('facts').textContent ?? '{}');
const [TYPE, TEXT, ADDRESS, SEND] = /** @type {any[]} */ (['type', 'text', 'address', 'send'].map(byId));
let draft = readDraft(FACTS.channel);
let isSending = false;

/** @param {string} text */
function trouble(text) {
  const box = byId('trouble');
  box.textContent = text;
  box.hidden = !text;
  if (text) box.scrollIntoView({ block: 'nearest' });
}

/** @param {string} [why] */
function state(why = '') {
  const line = byId('state');
  const off = !navigator.onLine || draft.waits;
  line.classList.toggle('off', off);
  line.textContent = off ? t('phone.offline') : why;
}

function keep() {
  Object.assign(draft, { type: TYPE.value, text: TEXT.value, address: ADDRESS.value, at: draft.at || new Date().toISOString() });
  state(keepDraft(FACTS.channel, draft) ? t('phone.kept') : '');
}

function tellPlace() {
  const { spot } = draft;
  byId('place').textContent = !spot ? t('phone.tap') : spot.accuracy_m ? t('phone.spot_m', { m: spot.accuracy_m }) : t('phone.spot');
}

const place = startPlace({
  bbox: FACTS.bbox, first: draft.spot,
  onSpot(spot) { draft.spot = spot; trouble(''); tellPlace(); keep(); },
  onTrouble: trouble,
});
const photos = startPhotos(FACTS.photos, trouble);

/** What is missing, as the element and a sentence; null where nothing is. @returns {[any, string] | null} */
function missing() {
  if (!TYPE.value) return [TYPE, t('phone.need_type')];
  if (!TEXT.value.trim()) return [TEXT, t('phone.need_text')];
  if (!draft.spot && !ADDRESS.value.trim()) return [ADDRESS, t('phone.need_place')];
  return null;
}

function report() {
  const text = TEXT.value.trim().replace(/\s+/g, ' ');
  const title = text.length > FACTS.longest.title ? `${text.slice(0, FACTS.longest.title - 1)}…` : text;
  const { spot } = draft;
  return {
    ref: draft.ref, type: TYPE.value, title, text: title === TEXT.value.trim() ? '' : TEXT.value.trim(),
    address: ADDRESS.value.trim(), ...(spot ? { datum: 'wgs84', ...spot } : {}),
  };
}

async function send() {
  // The second tap of a double one finds the first still at work; a third one, later, has the same key.
  if (isSending) return;
  const gap = missing();
  if (gap) { trouble(gap[1]); gap[0].focus(); return; }
  isSending = true;
  SEND.setAttribute('aria-busy', 'true');
  SEND.textContent = t('phone.sending');
  trouble('');
  keep();
  try {
    const receipt = await sendReport(FACTS.channel, report());
    draft.waits = false;
    dropDraft(FACTS.channel);
    await finish(receipt);
  } catch (error) {
    failed(/** @type {NotSent} */ (error));
  } finally {
    isSending = false;
    SEND.removeAttribute('aria-busy');
    SEND.textContent = t('phone.send');
  }
}

/** @param {NotSent} error */
function failed(error) {
  if (!(error instanceof NotSent)) throw error;
  const later = error.status === 0 || error.status === 429 || error.status >= 500;
  draft.waits = later;
  keep();
  if (error.status === 429) trouble(t('phone.wait'));
  else if (later) trouble(t('phone.waits'));
  else if (error.status === 401) trouble(t('phone.signed_out'));
  else trouble(`${t('phone.refused')} ${error.message}`);
  if (later) setTimeout(() => { if (draft.waits) void send(); }, AGAIN_MS);
}

/** @param {any} receipt */
async function finish(receipt) {
  byId('form').hidden = true;
  const { ref } = draft;
  const show = (/** @type {string} */ told, /** @type {(() => void) | null} */ onPhotos = null) => showDone(receipt, FACTS.grids, { photos: told, onAgain: again, onPhotos });
  const rest = () => photos.all().filter((it) => !it.sent);
  async function sendPhotos() {
    const n = photos.all().length;
    for (const shot of rest()) {
      show(t('phone.photo_going', { n: n - rest().length + 1, of: n }));
      try {
        await sendPhoto(FACTS.channel, receipt.id, ref, shot.blob);
        shot.sent = true;
      } catch (error) {
        const refused = /** @type {NotSent} */ (error).status >= 400 && /** @type {NotSent} */ (error).status < 500;
        show(refused ? `${t('phone.photo_refused')} ${/** @type {Error} */ (error).message}` : t('phone.photo_lost'), refused ? null : sendPhotos);
        return;
      }
    }
    show(n ? t('phone.photos_sent', { n }) : '');
  }
  state();
  await sendPhotos();
  byId('done').focus();
  window.scrollTo(0, 0);
}

function again() {
  draft = emptyDraft();
  TYPE.value = ''; TEXT.value = ''; ADDRESS.value = '';
  photos.clear();
  place.clear();
  tellPlace();
  byId('done').hidden = true;
  byId('form').hidden = false;
  state();
  TYPE.focus();
}

fill(TYPE, el('option', { value: '' }, t('phone.choose')), FACTS.types.map((/** @type {any} */ one) => el('option', { value: one.code }, nameOf(one))));
Object.assign(TYPE, { value: draft.type });
Object.assign(TEXT, { value: draft.text });
Object.assign(ADDRESS, { value: draft.address });
tellPlace();
state(draft.at ? t('phone.kept') : '');
if (draft.waits) trouble(t('phone.waits'));
for (const field of [TYPE, TEXT, ADDRESS]) field.addEventListener('input', keep);
byId('form').addEventListener('submit', (event) => { event.preventDefault(); void send(); });
addEventListener('offline', () => state());
addEventListener('online', () => { state(); if (draft.waits) void send(); });
if (draft.waits && navigator.onLine) void send();
