// Which post sits at this desk. There are no accounts yet: the page says whom it writes for, and keeps the choice in this tab.
import { byId, el, fill } from '../el.js';
import { icon } from '../icons.js';
import { t } from '../i18n.js';
import { tell } from './state.js';

const KEPT = 'mapsvc.post';
const POSTS = ['planner', 'reviewer'];
let chosen = kept();

function kept() {
  try {
    const post = sessionStorage.getItem(KEPT) ?? '';
    return POSTS.includes(post) ? post : POSTS[0];
  } catch {
    return POSTS[0]; // storage may be forbidden
  }
}

/** The post that writes. */
export function post() {
  return chosen;
}

/** May this post decide about a draft in review? */
export function isReviewer() {
  return chosen === 'reviewer';
}

/** @param {string} name */
function choose(name) {
  chosen = name;
  try { sessionStorage.setItem(KEPT, name); } catch { /* not kept, then */ }
  tell('post', name);
}

export function startPost() {
  const select = /** @type {HTMLSelectElement} */ (el('select', { class: 'field', id: 'post', aria: { label: t('planner.post') }, on: { change: () => choose(select.value) } },
    POSTS.map((name) => el('option', { value: name, selected: name === chosen }, t(`planner.post.${name}`)))));
  fill(byId('postbar'), icon('desk'), select);
}
