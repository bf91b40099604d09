// The server's clock as this page knows it: due times and undo run by it, not by the clock of the desk's machine.
import { app, on } from '../app.js';

let ahead = 0;
let known = '';

/** @param {string} iso the server's time, just heard */
function setClock(iso) {
  if (!iso || iso === known) return;
  known = iso;
  ahead = Date.parse(iso) - Date.now();
}

on('desk', (desk) => setClock(desk.now));

/** Now, ms since 1970, by the server's clock. */
export function serverNow() {
  if (!known && app.desk) setClock(app.desk.now);
  return Date.now() + ahead;
}

/** Now as ISO text, for the words of rows. */
export function serverIso() {
  return new Date(serverNow()).toISOString();
}
