// The address of a view: everything that can be seen is in it, a default is left out.

/**
 * @typedef {object} View
 * @property {string} from @property {string} to          ISO dates or times, '' = the default interval
 * @property {string[]} type @property {string[]} status @property {string[]} grid
 * @property {string[]} layers                             names of LAYERS that are on
 * @property {string} measure                              '' = the server's choice
 * @property {string} plan @property {string} as_of
 * @property {string} sel                                  '' or KIND:ID
 * @property {string} at                                   'lon,lat,z'
 * @property {string} cmp                                  '' or the place of the compare slider, 0..1
 * @property {string} cell @property {string} alpha @property {string} seed
 * @property {boolean} wall
 * @property {string} [tool] @property {string} [edge] @property {string} [panel]    of the planner's desk
 */

export const LAYERS = ['inc', 'count', 'den', 'hot', 'post', 'net'];
export const MEASURES = ['count', 'per_km2', 'open', 'overdue'];
export const STATUSES = ['reported', 'accepted', 'rejected', 'filed', 'dispatched', 'handling', 'suspended', 'resolved', 'rework', 'verified', 'closed', 'voided'];
export const SELECTIONS = ['inc', 'grid', 'cell', 'list', 'class'];
const LISTED = { status: STATUSES, layers: LAYERS };
const PATTERNS = {
  from: /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:?\d\d)?)?$/, to: /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:?\d\d)?)?$/,
  as_of: /^\d{4}-\d\d-\d\d$/, at: /^-?[\d.]+,-?[\d.]+,[\d.]+$/, cmp: /^(0(\.\d+)?|1(\.0+)?)$/, cell: /^\d+(\.\d+)?$/, alpha: /^0?\.\d+$/, seed: /^\d{1,9}$/,
  measure: new RegExp(`^(${MEASURES.join('|')})$`), sel: new RegExp(`^(${SELECTIONS.join('|')}):.+$`), plan: /^.+$/,
};
/** Words that only the planner's desk knows. */
const PLANNER_PATTERNS = { tool: /^(edge|reshape|split|merge|transfer|lock)$/, edge: /^\d+$/, panel: /^(proposals|history|review)$/ };
/** The page's own words, kept by the server: passed on, never shown. */
const SERVER_WORDS = new Set(['lang', 'theme']);

/** Layers a desk shows before anybody chose. @param {string} desk */
export function defaultLayers(desk) {
  return desk === 'hotspots' ? ['hot'] : ['inc', 'count'];
}

/** @param {string} desk @returns {View} */
export function defaultView(desk) {
  const view = { from: '', to: '', type: [], status: [], grid: [], layers: defaultLayers(desk), measure: '', plan: '', as_of: '', sel: '', at: '', cmp: '', cell: '', alpha: '', seed: '', wall: false };
  return desk === 'planner' ? { ...view, tool: '', edge: '', panel: '' } : view;
}

/**
 * Read an address. What is not understood is left out and named in `problems`.
 * @param {string} search @param {string} desk
 * @returns {{view: View, problems: {name: string, value: string}[]}}
 */
export function parseView(search, desk) {
  const view = defaultView(desk);
  /** @type {{name: string, value: string}[]} */
  const problems = [];
  /** @type {Record<string, RegExp>} */
  const patterns = desk === 'planner' ? { ...PATTERNS, ...PLANNER_PATTERNS } : PATTERNS;
  for (const [name, value] of new URLSearchParams(search)) {
    if (SERVER_WORDS.has(name) || value === '') continue;
    if (name === 'wall') view.wall = value === '1';
    else if (name === 'layers' || name === 'status' || name === 'type' || name === 'grid') {
      const allowed = name in LISTED ? LISTED[/** @type {'status'} */ (name)] : null;
      const given = value === 'none' ? [] : value.split(',').filter(Boolean);
      for (const bad of given.filter((it) => allowed && !allowed.includes(it))) problems.push({ name, value: bad });
      const good = given.filter((it) => !allowed || allowed.includes(it));
      view[name] = name === 'layers' && good.length === 0 && given.length > 0 ? view.layers : [...new Set(good)];
    } else if (name in patterns) {
      if (patterns[name].test(value)) view[/** @type {'sel'} */ (name)] = value;
      else problems.push({ name, value });
    } else problems.push({ name, value });
  }
  return { view, problems };
}

/**
 * The search part of a view's address, without its defaults.
 * @param {View} view @param {string} desk
 */
export function writeView(view, desk) {
  const start = defaultView(desk);
  const pairs = [];
  for (const [name, value] of Object.entries(view)) {
    const text = Array.isArray(value) ? value.join(',') : value === true ? '1' : value || '';
    const usual = start[/** @type {'sel'} */ (name)];
    if (text === (Array.isArray(usual) ? usual.join(',') : usual || '')) continue;
    // Commas, colons and the like are legal in a query and keep the address readable.
    pairs.push(`${name}=${encodeURIComponent(text || 'none').replace(/%2C/g, ',').replace(/%3A/g, ':').replace(/%40/g, '@').replace(/%20/g, '+')}`);
  }
  return pairs.length ? `?${pairs.join('&')}` : '';
}

/** Names whose values differ. @param {View} a @param {View} b @returns {Set<string>} */
export function differences(a, b) {
  return new Set(Object.keys(a).filter((name) => String(a[/** @type {'sel'} */ (name)]) !== String(b[/** @type {'sel'} */ (name)])));
}
