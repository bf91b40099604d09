// Photos: made smaller on the phone, which also leaves behind what a camera writes into them.
import { byId, el, fill } from '../el.js';
import { t } from '../i18n.js';

const LONGEST_PX = 2048;
const THUMB_PX = 192;
const QUALITY = 0.85;

/** @typedef {{blob: Blob, thumb: string, sent: boolean}} Shot */

/** @param {number} most @param {(text: string) => void} onTrouble */
export function startPhotos(most, onTrouble) {
  /** @type {Shot[]} */ let shots = [];
  const input = /** @type {HTMLInputElement} */ (byId('photo'));

  function draw() {
    fill(byId('shots'), shots.map((shot, place) => el('div', { class: 'shot' },
      el('img', { src: shot.thumb, alt: t('phone.photo_n', { n: place + 1 }) }),
      el('button', { type: 'button', aria: { label: t('phone.photo_off', { n: place + 1 }) }, on: { click: () => { shots.splice(place, 1); draw(); } } }, el('span', { aria: { hidden: true } }, '×')))));
    const full = shots.length >= most;
    input.disabled = full;
    byId('add').classList.toggle('off', full);
  }

  input.addEventListener('change', async () => {
    const files = [...(input.files ?? [])];
    input.value = '';
    for (const file of files) {
      if (shots.length >= most) break;
      const shot = await shrink(file);
      if (shot) shots.push(shot);
      else onTrouble(t('phone.no_photo'));
    }
    draw();
  });
  return {
    all: () => shots,
    clear() { shots = []; draw(); },
  };
}

/** @param {File} file @returns {Promise<Shot | null>} null where the phone cannot read it as a picture */
async function shrink(file) {
  try {
    const picture = await createImageBitmap(file);
    const blob = await drawn(picture, LONGEST_PX);
    const small = await drawn(picture, THUMB_PX);
    picture.close();
    return { blob, thumb: await dataUrl(small), sent: false };
  } catch {
    return null;
  }
}

/** @param {ImageBitmap} picture @param {number} longest @returns {Promise<Blob>} */
function drawn(picture, longest) {
  const part = Math.min(1, longest / Math.max(picture.width, picture.height));
  // A plain canvas: phones a few years old have no other.
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * part));
  canvas.height = Math.max(1, Math.round(picture.height * part));
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d')).drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/jpeg', QUALITY));
}

/** @param {Blob} blob @returns {Promise<string>} */
function dataUrl(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = reject;
    reader.readAsDataURL(blob);
  });
}
