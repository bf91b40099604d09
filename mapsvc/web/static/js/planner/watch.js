// Others at the same draft: the server is asked every few seconds while the page is seen.
import { ask } from '../api.js';
import { has, t } from '../i18n.js';
import { toast } from '../notice.js';
import { againArcs, facts, loadEffect } from './drafts.js';
import { path } from './path.js';
import { plan, tell } from './state.js';

/** Others' changes: asked for every few seconds while the page is seen. @param {number} every_ms */
export function watch(every_ms) {
  setInterval(async () => {
    if (document.hidden || plan.busy || !plan.draft || plan.preview) return;
    const was = plan.draft.revision;
    try {
      const answer = await ask(path(), {}, { etag: plan.etag });
      tell('heard');
      if (!answer || plan.busy || plan.draft.revision !== was) return;
      if (answer.body.revision === was) { if (answer.body.is_behind !== plan.draft.is_behind) facts(answer.body, answer.etag); return; }
      const by = answer.body.edits?.[answer.body.position - 1]?.post ?? answer.body.post ?? '';
      facts(answer.body, answer.etag);
      againArcs();
      loadEffect();
      tell('findings');
      toast(t('planner.others', { post: has(`planner.post.${by}`) ? t(`planner.post.${by}`) : by || '–', n: answer.body.revision }));
    } catch {
      tell('lost');
    }
  }, every_ms);
}
