// Light or dark, as the user chose last.
import { emit } from './app.js';
import { byId, fill } from './el.js';
import { icon } from './icons.js';
import { t } from './i18n.js';

const YEAR_S = 31536000;

export function startTheme() {
  byId('theme').addEventListener('click', turn);
  show();
}

/** Change to the other theme and keep the choice. */
export function turn() {
  const root = document.documentElement;
  const next = root.dataset.theme === 'dark' ? 'light' : 'dark';
  root.dataset.theme = next;
  document.cookie = `theme=${next}; path=/; max-age=${YEAR_S}; samesite=lax`;
  show();
  emit('theme', next);
}

function show() {
  const dark = document.documentElement.dataset.theme === 'dark';
  const word = t(dark ? 'theme.light' : 'theme.dark');
  fill(byId('theme'), icon(dark ? 'sun' : 'moon'));
  byId('theme').setAttribute('aria-label', word);
  byId('theme').title = word;
}
