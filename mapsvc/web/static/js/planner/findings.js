// What the checks found in the draft, read again after each change, and what can be done about one finding.
import { t } from '../i18n.js';
import { toast } from '../notice.js';
import { edit, read, write } from './drafts.js';
import { hear, plan, tell } from './state.js';
import { streetBeside } from './street.js';

const SOON_MS = 250;
const SNAP_WITHIN_M = 15;
const DEGREES_AROUND = 0.0006;

/** GeoJSON features, worst first. @type {any[]} */
export let found = [];
let at = -1;

export function startFindings() {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let soon;
  hear('findings', () => { clearTimeout(soon); soon = setTimeout(load, SOON_MS); });
}

async function load() {
  try {
    found = (await read('/findings')).features ?? [];
    tell('found', found);
  } catch (problem) {
    toast(/** @type {Error} */ (problem).message);
  }
}

/** Those that a planner must mend or keep with a reason. */
export function unanswered() {
  return found.filter((it) => it.properties.open || (it.properties.severity === 'warning' && !it.properties.kept && !it.properties.accepted));
}

/** Show the next place; the first again after the last. */
export function nextFinding() {
  const placed = found.filter((it) => it.geometry);
  if (!placed.length) { toast(t('planner.finding.none')); return; }
  at = (at + 1) % placed.length;
  goTo(placed[at].geometry);
  tell('finding', placed[at]);
}

/** Move the map to a shape. @param {any} geometry GeoJSON */
export function goTo(geometry) {
  const bbox = boxOf(geometry);
  if (bbox) tell('goto', { bbox, geometry });
}

/** West, south, east, north with room around. @param {any} geometry @returns {[number, number, number, number] | null} */
export function boxOf(geometry) {
  const points = flat(geometry?.coordinates ?? (geometry?.geometries ?? []).flatMap((/** @type {any} */ it) => it.coordinates));
  if (!points.length) return null;
  const lons = points.map((it) => it[0]);
  const lats = points.map((it) => it[1]);
  const [w, s, e, n] = [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
  const around = Math.max(0, DEGREES_AROUND - (e - w) / 2, DEGREES_AROUND - (n - s) / 2);
  return [w - around, s - around, e + around, n + around];
}

/** @param {any} coordinates @returns {number[][]} */
function flat(coordinates) {
  if (!Array.isArray(coordinates) || !coordinates.length) return [];
  return typeof coordinates[0] === 'number' ? [coordinates] : coordinates.flatMap(flat);
}

/** Keep a finding on purpose. @param {any} finding @param {string} reason */
export async function keep(finding, reason) {
  try {
    await write('POST', `/findings/${encodeURIComponent(finding.properties.key)}`, { reason });
    tell('findings');
    return true;
  } catch (problem) {
    toast(/** @type {Error} */ (problem).message);
    return false;
  }
}

/** Let the line follow the street. @param {any} finding */
export async function snap(finding) {
  const arc = arcOf(finding);
  if (arc === null) { toast(t('planner.finding.no_arc')); return; }
  const street = await streetBeside(flat(finding.geometry?.coordinates));
  // Only as far as this finding reaches: other streets near the edge are another matter.
  const command = street && street.far_m < SNAP_WITHIN_M ? { kind: 'snap', arc, line: street.line, within_m: Math.ceil(street.far_m + 1) } : { kind: 'snap', arc, within_m: SNAP_WITHIN_M };
  await edit(command, { reason: t('planner.finding.snap_reason') });
}

/** The arc between the finding's grids that lies nearest to it. @param {any} finding @returns {number | null} */
function arcOf(finding) {
  if (Number.isInteger(finding.properties.arc)) return finding.properties.arc;
  const codes = finding.properties.grids ?? [];
  const numbers = [...plan.grids.values()].filter((it) => codes.includes(it.code)).map((it) => it.number);
  const point = flat(finding.geometry?.coordinates)[0];
  let best = null;
  let least = Infinity;
  for (const arc of plan.arcs.values()) {
    const sides = [arc.left, arc.right].filter((it) => numbers.includes(it)).length;
    if (sides < Math.min(2, numbers.length)) continue;
    const far = point ? distance(arc, point) : 0;
    if (far < least) { least = far; best = arc.id; }
  }
  return best;
}

/** Squared degrees from a point to the arc's nearest vertex or middle of a segment. @param {import('./state.js').Arc} arc @param {number[]} point */
function distance(arc, [lon, lat]) {
  let x = plan.origin[0];
  let y = plan.origin[1];
  let least = Infinity;
  for (let i = 0; i < arc.steps.length; i += 2) {
    const [px, py] = [x, y];
    x += arc.steps[i];
    y += arc.steps[i + 1];
    const ways = i === 0 ? [[x, y]] : [[x, y], [(x + px) / 2, (y + py) / 2]];
    for (const [qx, qy] of ways) least = Math.min(least, (qx / 1e8 - lon) ** 2 + (qy / 1e8 - lat) ** 2);
  }
  return least;
}
