// Posts that have a place: a shield, or a triangle where the post is missing.
import { app, emit, on } from '../app.js';
import { get } from '../api.js';
import { el, svg } from '../el.js';
import { has, nameOf, t } from '../i18n.js';

/** @type {any} */
let group = null;
/** @type {any[]} */
let posts = [];
let seq = -1;

export function startPosts() {
  group = L.layerGroup().addTo(app.map);
  on('desk', async (desk) => {
    if (!desk.plan || desk.seq === seq) return;
    seq = desk.seq;
    try {
      posts = (await get('/api/posts')).features;
    } catch {
      posts = []; // the card of a grid names its posts too
    }
    emit('posts', posts);
    draw();
  });
  on('view', (changed) => { if (changed.has('layers')) draw(); });
}

/** Posts that are required and empty. @returns {any[]} */
export function missingPosts() {
  return posts.map((it) => it.properties).filter((it) => it.missing);
}

/** The name of a post: its own, else its role's. @param {any} post */
export function postName(post) {
  return nameOf(post) || (has(`role.${post.role}`) ? t(`role.${post.role}`) : post.role);
}

function draw() {
  group.clearLayers();
  if (!app.view.layers.includes('post')) return;
  for (const it of posts) {
    if (!it.geometry) continue;
    const [lon, lat] = it.geometry.coordinates;
    const name = t(it.properties.missing ? 'post.missing_name' : 'post.name', { name: postName(it.properties), n: it.properties.strength });
    const marker = L.marker([lat, lon], { pane: 'posts', keyboard: true, icon: L.divIcon({ className: 'dot-icon', iconSize: [26, 26], html: /** @type {any} */ (mark(it.properties.missing)) }) }).addTo(group);
    marker.getElement()?.setAttribute('aria-label', name);
    marker.bindTooltip(el('span', {}, name), { direction: 'top', pane: 'tips', className: 'tip', offset: [0, -12] });
  }
}

/** @param {boolean} missing */
export function mark(missing) {
  return svg('svg', { class: 'sym', width: 26, height: 26, viewBox: '0 0 26 26', 'aria-hidden': 'true' },
    svg('path', { class: `p-body${missing ? ' p-missing' : ''}`, d: missing ? 'M13 3L24 22H2Z' : 'M13 2l9 3v7c0 6-4 10-9 12-5-2-9-6-9-12V5z' }),
    svg('path', { class: 'p-mark', d: missing ? 'M13 10v5M13 18.5v.01' : 'M9 13h8M13 9v8' }));
}
