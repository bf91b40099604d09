// Posts that have a place: a shield, or a triangle where the post is missing.
import { app, emit, on } from '../app.js';
import { get } from '../api.js';
import { el, svg } from '../el.js';
import { has, nameOf, t } from '../i18n.js';
import { cluster } from './cluster.js';

/** Posts nearer than this share one mark, px. */
const TOGETHER_PX = 26;

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
  app.map.on('zoomend', draw);
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
  const dots = posts.filter((it) => it.geometry).map((item) => {
    const [lon, lat] = item.geometry.coordinates;
    const { x, y } = app.map.latLngToLayerPoint([lat, lon]);
    // A missing post stands alone, as a red incident does.
    return { x, y, light: item.properties.missing ? 'red' : 'post', item };
  });
  const { single, groups } = cluster(dots, TOGETHER_PX, 2);
  for (const it of [...groups, ...single.map((dot) => ({ x: dot.x, y: dot.y, members: [dot] }))]) drawMark(it);
}

/** @param {import('./cluster.js').Group} it */
function drawMark({ x, y, members }) {
  const all = members.map((dot) => dot.item.properties);
  const missing = all.some((one) => one.missing);
  const names = all.map((one) => t(one.missing ? 'post.missing_name' : 'post.name', { name: postName(one), n: one.strength }));
  const marker = L.marker(app.map.layerPointToLatLng([x, y]), { pane: 'posts', keyboard: true, icon: L.divIcon({ className: 'dot-icon', iconSize: [26, 26], html: /** @type {any} */ (mark(missing, all.length)) }) }).addTo(group);
  marker.getElement()?.setAttribute('aria-label', names.join(', '));
  marker.bindTooltip(el('span', {}, names.map((name) => el('span', { class: 'tip-line' }, name))), { direction: 'top', pane: 'tips', className: 'tip', offset: [0, -12] });
}

/** Places of the marks, in layer pixels: labels keep away from them. @returns {{x: number, y: number}[]} */
export function postPoints() {
  if (!app.view.layers.includes('post')) return [];
  return posts.filter((it) => it.geometry).map((it) => app.map.latLngToLayerPoint([it.geometry.coordinates[1], it.geometry.coordinates[0]]));
}

/** @param {boolean} missing @param {number} [n] posts at this place */
export function mark(missing, n = 1) {
  return svg('svg', { class: 'sym', width: 26, height: 26, viewBox: '0 0 26 26', 'aria-hidden': 'true' },
    svg('path', { class: `p-body${missing ? ' p-missing' : ''}`, d: missing ? 'M13 3L24 22H2Z' : 'M13 2l9 3v7c0 6-4 10-9 12-5-2-9-6-9-12V5z' }),
    n > 1 ? svg('text', { class: 's-number', x: 13, y: 13, dy: '.35em', 'text-anchor': 'middle' }, n) : svg('path', { class: 'p-mark', d: missing ? 'M13 10v5M13 18.5v.01' : 'M9 13h8M13 9v8' }));
}
