// Others at the same draft: the server is asked every few seconds while the page is seen, and once when it is seen again.
import { ask } from '../api.js';
import { has, t } from '../i18n.js';
import { toast } from '../notice.js';
import { againArcs, facts, loadEffect } from './drafts.js';
import { path } from './path.js';
import { plan, tell } from './state.js';

/** @param {number} every_ms */
export function watch(every_ms) {
  setInterval(look, every_ms);
  document.addEventListener('visibilitychange', look);
}

async function look() {
  if (document.hidden || plan.busy || !plan.draft || plan.preview) return;
  const was = plan.draft.revision;
  try {
    const answer = await ask(path(), {}, { etag: plan.etag });
    tell('heard');
    // An edit of ours that began meanwhile knows better.
    if (!answer || plan.busy || plan.draft.revision !== was) return;
    if (answer.body.revision === was) { if (answer.body.is_behind !== plan.draft.is_behind) facts(answer.body, answer.etag); return; }
    takeNews(answer);
  } catch {
    tell('lost');
  }
}

/** @param {{body: any, etag: string}} answer */
function takeNews({ body, etag }) {
  const by = body.edits?.[body.position - 1]?.post ?? body.post ?? '';
  plan.last = null;
  facts(body, etag);
  againArcs();
  loadEffect();
  tell('findings');
  toast(t('planner.others', { post: has(`planner.post.${by}`) ? t(`planner.post.${by}`) : by || '–', n: body.revision }));
}
