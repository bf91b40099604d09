// Starts the planner's desk: the list of drafts, or one draft with its tools, map and panel.
import { startAccount } from '../account/chip.js';
import { app, emit } from '../app.js';
import { get } from '../api.js';
import { byId } from '../el.js';
import { lang, nameOf, t } from '../i18n.js';
import { startNotice, toast } from '../notice.js';
import { startTheme } from '../theme.js';
import { startAddress } from './address.js';
import { loadDraft, loadEffect } from './drafts.js';
import { hear, plan } from './state.js';
import { watch } from './watch.js';

const LOOK_EVERY_MS = 5000;
const id = document.documentElement.dataset.draft ?? '';

startNotice();
startTheme();
startAccount();
languageLink();
if (id) startDraft();
else import('./start.js').then((it) => it.startList());
facts();
if (app.problems.length) emit('problems', app.problems);

/** What the whole page needs to know of the community: its name, zone, task types. */
async function facts() {
  if ('empty' in document.documentElement.dataset) return;
  try {
    app.desk = await get('/api/desk');
  } catch (problem) {
    toast(/** @type {Error} */ (problem).message);
    return;
  }
  app.plan ??= app.desk.plan;
  app.grids = new Map((app.desk.grids ?? []).map((/** @type {any} */ it) => [it.code, it]));
  const name = nameOf(app.desk.community);
  byId('brand').textContent = name;
  document.title = `${name} · ${t('desk.planner')}`;
  byId('synthetic').hidden = !app.desk.community.synthetic;
  document.body.classList.add('ready');
  emit('desk', app.desk);
}

async function startDraft() {
  const [{ startToolbar }, { startTopbar }, { startPanel }, { startCompare }, { startOverlay }, { startPanelKeys }] = await Promise.all([
    import('./toolbar.js'), import('./topbar.js'), import('./panel.js'), import('./compare.js'), import('./overlay.js'), import('./panelkeys.js')]);
  startToolbar();
  startTopbar();
  startPanel();
  if (!(await loadDraft(id))) return;
  const map = await import('./mapview.js').catch((error) => { console.error(error); return null; });
  if (map) map.startPlannerMap();
  startAddress();
  if (map) { startCompare(); startOverlay(); }
  startPanelKeys();
  await loadEffect();
  watch(LOOK_EVERY_MS);
}

function languageLink() {
  const link = () => {
    const search = new URLSearchParams(location.search);
    search.set('lang', lang === 'zh' ? 'en' : 'zh');
    byId('language').setAttribute('href', `${location.pathname}?${search}`);
  };
  link();
  byId('language').addEventListener('pointerdown', link);
  byId('language').addEventListener('focus', link);
  hear('draft', () => { document.title = `${plan.draft.name} · ${t('desk.planner')}`; });
}
