// Incidents as symbols. Open ones stand for themselves; beyond a limit only red and waiting are drawn, and density carries the rest.
import { app, emit, isWall, on } from '../app.js';
import { get, latest, openQuestion, spelledQuestion } from '../api.js';
import { raise, settle } from '../notice.js';
import { stream } from '../stream.js';
import { drawSymbols, startSymbols } from './symbolset.js';

/** More than this in view is density's work. */
const MOST = 2000;
/** Red and waiting ones drawn when there are too many of all. */
const MOST_URGENT = 500;
/** Events change single symbols; all are read again this often, since lights also change with the time. */
const ANEW_MS = 60000;
/** A picture takes at most about one part in so many of the time. */
const PATIENCE = 8;
const TELL_MS = 2000;
/** So many of the newest are ringed: where all stand out, none does. */
const MOST_RINGS = 12;
const URGENT = ['red', 'waiting'];
const LIGHTS_OPEN = 'red,waiting,yellow,green,suspended';

/** What the map shows, by id. @type {Map<string, any>} */
let items = new Map();
/** Rung until somebody has looked at them. @type {Set<string>} */
const fresh = new Set();
/** Incidents seen before, to ring the new ones where nothing is streamed. @type {Set<string> | null} */
let known = null;
let readAt = 0;
let readSeq = -1;
let asked = '';
let matched = 0;
let mode = 'none';
let frame = 0;
let drawnAt = 0;
let drawMs = 0;
let telling = 0;
let toldAt = 0;
/** Heard while the list was being read. @type {any[]} */
let meanwhile = [];
let reading = false;
/** What a replay shows instead. @type {any[] | null} */
let replayed = null;
/** A batch came in: its rows are told by the list only. */
let batch = false;
const newSignal = latest();

export function startIncidents() {
  startSymbols();
  on('desk', (desk) => { if (desk.plan && isStale()) load(); });
  on('event', hear);
  on('reset', () => { readAt = 0; });
  on('replay-day', (features) => { replayed = features; draw(); });
  on('view', (changed) => {
    if (changed.has('layers')) load();
    else if (changed.has('sel')) { fresh.delete(app.view.sel.slice(4)); drawSoon(); }
  });
  app.map.on('zoomend', () => { draw(); emit('incidents-drawn'); });
  let timer = 0;
  app.map.on('moveend', () => { if (byView()) { clearTimeout(timer); timer = setTimeout(load, 250); } });
}

/** Does the list have to be read again, or do single events keep it? */
function isStale() {
  const question = JSON.stringify([wantsClosed() ? spelledQuestion() : openQuestion(), byView()]);
  return stream.state !== 'live' || question !== asked || Date.now() - readAt > ANEW_MS;
}

/** Are there so many that only those in view are asked for? */
function byView() {
  return app.desk && (app.desk.figures.open > MOST || wantsClosed());
}

/** Without open matters, or by the filter, the closed ones of the interval are shown as dots. */
function wantsClosed() {
  return app.view.status.length > 0 || app.desk.figures.open === 0;
}

async function load() {
  if (!app.desk || !app.view.layers.includes('inc')) { items = new Map(); asked = ''; tell('off', 0); draw(); return; }
  const signal = newSignal();
  const params = wantsClosed() ? spelledQuestion() : { ...openQuestion(), light: LIGHTS_OPEN };
  const box = byView() ? { bbox: boxOfView() } : {};
  asked = JSON.stringify([wantsClosed() ? spelledQuestion() : openQuestion(), byView()]);
  reading = true;
  try {
    // Where there may be very many, their number is asked for before they are.
    const n = byView() ? (await get('/api/incidents', { ...params, ...box, limit: 1 }, signal)).numberMatched : 0;
    const few = n <= MOST;
    const all = { ...params, ...box, limit: MOST, order: 'urgent' };
    const urgent = { ...openQuestion(), ...box, light: URGENT.join(','), limit: MOST_URGENT, order: 'urgent' };
    const body = await get('/api/incidents', few ? all : urgent, signal);
    take(body, few ? 'all' : 'density', few ? body.numberMatched : n);
  } catch (problem) {
    if (!signal.aborted) raise('incidents', problem);
  } finally {
    if (!signal.aborted) { reading = false; meanwhile = []; }
  }
}

/** @param {any} body @param {string} kind @param {number} n */
function take(body, kind, n) {
  items = new Map(body.features.map((/** @type {any} */ it) => [it.properties.id, it]));
  notice([...items.keys()], body.seq);
  readAt = Date.now();
  mode = kind;
  matched = n;
  for (const told of meanwhile) if (told.seq > body.seq) apply(told);
  tell(mode, matched);
  draw();
  settle('incidents');
}

function boxOfView() {
  const b = app.map.getBounds().pad(0.05);
  const w = (/** @type {number} */ v, /** @type {number} */ limit) => Math.max(-limit, Math.min(limit, v)).toFixed(5);
  return [w(b.getWest(), 180), w(b.getSouth(), 90), w(b.getEast(), 180), w(b.getNorth(), 90)].join(',');
}

/** A new incident is ringed until somebody has looked at it. @param {string[]} ids @param {number} seq */
function notice(ids, seq) {
  if (known && seq !== readSeq && (batch || stream.state !== 'live')) for (const id of ids) if (!known.has(id)) fresh.add(id);
  known = new Set([...(known ?? []), ...ids]);
  readSeq = seq;
  batch = false;
}

/** One event: only its own symbol changes. @param {import('../stream.js').Told} told */
function hear(told) {
  if (told.kind.startsWith('incidents.')) { readAt = 0; batch = true; return; }
  if (!told.feature || !app.view.layers.includes('inc') || app.view.plan || app.view.as_of) return;
  if (reading) meanwhile.push(told);
  if (!asked) return;
  apply(told);
  // A page that nobody looks at draws when somebody does.
  drawSoon();
}

/** @param {import('../stream.js').Told} told */
function apply(told) {
  const { feature } = told;
  const { id } = feature.properties;
  if (told.kind === 'incident.reported' || told.kind === 'incident.overdue') fresh.add(id);
  const had = items.has(id);
  const shown = belongs(feature);
  if (shown) items.set(id, feature);
  else { items.delete(id); fresh.delete(id); }
  known?.add(id);
  if (mode === 'all') matched += Number(shown) - Number(had);
}

/** Is it among what the map was asked to show? @param {any} feature */
function belongs(feature) {
  const it = feature.properties;
  const { type, status, grid } = app.view;
  if (type.length && !type.includes(it.type)) return false;
  if (grid.length && !grid.includes(it.grid)) return false;
  if (wantsClosed() ? status.length > 0 && !status.includes(it.status) : it.light === 'closed') return false;
  if (mode === 'density' && !URGENT.includes(it.light)) return false;
  if (!byView()) return true;
  if (!feature.geometry) return false;
  const [lon, lat] = feature.geometry.coordinates;
  return app.map.getBounds().pad(0.05).contains([lat, lon]);
}

/** @param {string} kind @param {number} n */
function tell(kind, n) {
  mode = kind;
  toldAt = performance.now();
  const all = [...items.values()];
  const placed = all.filter((it) => it.geometry).length;
  const unlocated = all.filter((it) => !it.geometry && it.properties.certainty === 'unlocated').length;
  app.drawn = { drawn: placed, matched: n, unlocated, by_grid: all.length - placed - unlocated, mode: kind };
  emit('incidents', all);
}

/** Places of the symbols now on the map, in layer pixels. @returns {{x: number, y: number}[]} */
export function symbolPoints() {
  return items.size > 400 ? [] : [...items.values()].filter((it) => it.geometry).map(pixel);
}

/** @param {any} feature */
function pixel(feature) {
  const [lon, lat] = feature.geometry.coordinates;
  return app.map.latLngToLayerPoint([lat, lon]);
}

/** Many events between two pictures are drawn once; where a picture takes long, there are fewer of them. */
function drawSoon() {
  if (frame) return;
  frame = setTimeout(() => requestAnimationFrame(() => { frame = 0; tellSoon(); draw(); }), Math.max(0, drawnAt + PATIENCE * drawMs - performance.now()));
}

/** Legend and lists hear of single changes only once in a while. */
function tellSoon() {
  if (telling || mode === 'none') return;
  telling = setTimeout(() => { telling = 0; tell(mode, matched); }, Math.max(0, toldAt + TELL_MS - performance.now()));
}

/** Ids that are ringed now. */
function newest() {
  return fresh.size > MOST_RINGS ? new Set([...fresh].slice(-MOST_RINGS)) : fresh;
}

function draw() {
  const begin = performance.now();
  const dots = (replayed ?? [...items.values()]).filter((it) => it.geometry).map((item) => ({ x: pixel(item).x, y: pixel(item).y, light: item.properties.light, item }));
  const moved = drawSymbols(dots, replayed ? new Set() : newest(), isWall() ? 44 : 26);
  // Labels keep clear of symbols: they are placed anew where a symbol came, went or moved.
  if (moved) emit('incidents-drawn');
  drawnAt = performance.now();
  drawMs = drawnAt - begin;
}
