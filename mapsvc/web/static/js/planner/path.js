// Where the draft of this page lives on the server.
import { plan } from './state.js';

/** @param {string} [rest] what follows the draft's address */
export function path(rest = '') {
  return `/api/drafts/${encodeURIComponent(plan.draft?.id ?? document.documentElement.dataset.draft ?? '')}${rest}`;
}
