// Who is signed in here, as the server printed it; desks ask it what to offer. What may be done, the server decides.

/** @typedef {{code: string, role: string, name: string, name_zh: string, post: string, department: string, grids: string[], must_change: boolean, demo: boolean}} Account */

/** @type {{account: Account | null, rights: string[]}} */
const told = JSON.parse(document.getElementById('me')?.textContent || '{"account": null, "rights": []}');

export const me = told;

/** @param {'see' | 'report' | 'handle' | 'dispatch' | 'redraw' | 'administer'} right */
export function may(right) {
  return told.rights.includes(right);
}
