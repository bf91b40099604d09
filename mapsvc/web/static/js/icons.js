// Own line icons: 24 grid, 2 px stroke, colour of the text. A word always stands beside them.
import { svg } from './el.js';

/** @type {Record<string, string>} */
const PATHS = {
  layers: 'M12 3 3 8l9 5 9-5-9-5ZM3 12l9 5 9-5M3 16l9 5 9-5',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7v5l3 3',
  bell: 'M6 16V11a6 6 0 0 1 12 0v5l2 2H4l2-2ZM10 21h4',
  x: 'M5 5l14 14M19 5 5 19',
  down: 'M6 9l6 6 6-6',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  home: 'M4 11l8-7 8 7v9h-5v-6H9v6H4z',
  full: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5',
  play: 'M7 4l13 8-13 8z',
  pause: 'M7 4v16M17 4v16',
  file: 'M6 3h9l4 4v14H6zM14 3v5h5',
  download: 'M12 4v11M7 11l5 5 5-5M4 20h16',
  compare: 'M12 3v18M4 7h5v10H4zM15 7h5v10h-5z',
  warn: 'M12 4 2.5 20h19zM12 10v5M12 17.5v.01',
  question: 'M9 9a3 3 0 1 1 4.5 2.6C12.5 12.2 12 13 12 14.5M12 18.5v.01',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 11v6M12 7.5v.01',
  globe: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM3 12h18M12 3c5 5 5 13 0 18M12 3c-5 5-5 13 0 18',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M5 19l2-2M17 7l2-2',
  moon: 'M20 14A8 8 0 0 1 10 4a8 8 0 1 0 10 10Z',
  list: 'M8 6h12M8 12h12M8 18h12M4 6v.01M4 12v.01M4 18v.01',
  post: 'M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6z',
  pin: 'M12 21s7-6.5 7-12a7 7 0 0 0-14 0c0 5.5 7 12 7 12ZM12 6.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5Z',
  send: 'M4 12h13M12 6l6 6-6 6',
  // planner
  check: 'M4 13l5 5L20 6',
  undo: 'M9 5 4 10l5 5M4 10h10a5 5 0 0 1 0 10h-3',
  redo: 'M15 5l5 5-5 5M20 10H10a5 5 0 0 0 0 10h3',
  pick: 'M6 3l13 8-6 2-3 6z',
  edge: 'M4 18l5-9 6 4 5-8M9 9v.01M15 13v.01',
  reshape: 'M3 16c4 0 4-8 9-8s5 8 9 8M12 3v2M12 19v2',
  split: 'M4 4h16v16H4zM13 4c-4 5 2 10-2 16',
  merge: 'M4 4h16v16H4zM12 4v3M12 17v3M5 12h4M19 12h-4M7 10l2 2-2 2M17 10l-2 2 2 2',
  transfer: 'M4 11h11M11 6l5 5-5 5M19 4v16',
  lock: 'M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3',
  magnet: 'M6 4v8a6 6 0 0 0 12 0V4h-4v8a2 2 0 0 1-4 0V4zM6 8h4M14 8h4',
  print: 'M7 8V4h10v4M7 17H4V8h16v9h-3M7 14h10v6H7z',
  eye: 'M2 12c3-5 6-7 10-7s7 2 10 7c-3 5-6 7-10 7s-7-2-10-7ZM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z',
  right: 'M9 5l7 7-7 7',
  desk: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM5 21a7 7 0 0 1 14 0',
  // task types
  dot: 'M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z',
  danger: 'M12 4 2.5 20h19zM12 10v5M12 17.5v.01',
  env: 'M5 19c0-9 5-14 15-14 0 10-5 14-12 14M5 20l8-9',
  resident: 'M4 11l8-7 8 7v9H4zM10 20v-5h4v5',
  sec: 'M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6z',
  app: 'M4 5h16v11h-9l-5 4v-4H4z',
  disp: 'M3 5h11v7H8l-3 3v-3H3zM14 9h7v7h-2v3l-3-3h-5v-3',
  law: 'M12 4v16M6 20h12M5 7h14M5 7l-3 6h6zM19 7l-3 6h6z',
  form: 'M6 4h12v17H6zM9 9h6M9 13h6M9 17h4',
  safe: 'M5 21V4h13l-3 4.5L18 13H5',
};

/** Task type code -> icon, for the types of the demo; others show what the register says, or a dot. */
const OF_TYPE = {
  information_collection: 'form', dispute: 'disp', legal_publicity: 'law', security_inspection: 'sec', safety_creation: 'safe',
  environment: 'env', residential_affairs: 'resident', hidden_danger: 'danger', appeal: 'app',
};

/** @param {string} name */
export function icon(name) {
  return svg('svg', { class: 'ic', viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false' }, svg('path', { d: PATHS[name] ?? PATHS.dot }));
}

/** Names a register of task types may use that mean another drawing here. */
const ALSO = { info: 'form', home: 'resident' };

/** @param {string} code @param {string} [given] */
export function typeIcon(code, given) {
  const named = ALSO[/** @type {'info'} */ (given)] ?? given;
  return icon(named && named !== 'dot' && named in PATHS ? named : (OF_TYPE[/** @type {keyof typeof OF_TYPE} */ (code)] ?? 'dot'));
}
