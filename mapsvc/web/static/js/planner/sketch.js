// The line that an edit would draw, as the page knows it before the server answers: shown when another planner came first.
import { plan } from './state.js';

const STEPS = 1e8;

/** Degrees of every vertex of an arc. @param {import('./state.js').Arc} arc @returns {[number, number][]} */
function degreesOf(arc) {
  let [x, y] = plan.origin;
  const points = /** @type {[number, number][]} */ ([]);
  for (let i = 0; i < arc.steps.length; i += 2) {
    x += arc.steps[i];
    y += arc.steps[i + 1];
    points.push([x / STEPS, y / STEPS]);
  }
  return points;
}

/**
 * The same wish in words that hold on lines somebody else moved meanwhile: arcs have other names then, grids have not.
 * @param {any} command @returns {any} a command, or null where it cannot be said that way
 */
export function againOf(command) {
  if (!['move', 'add_vertex', 'remove_vertex', 'snap'].includes(command.kind)) return command;
  const line = command.kind === 'move' ? sketchOf(command) : null;
  const sides = line?.coordinates.length === 1 ? plan.arcs.get(command.moves[0].arc) : undefined;
  const between = sides ? [sides.left, sides.right].map((number) => plan.grids.get(number)?.code) : [];
  return between.every(Boolean) && between.length ? { kind: 'reshape', line: line.coordinates[0], between } : null;
}

/** The stretch of an arc that its moved vertices shape, each end at a vertex that stays. @param {number} id @param {any[]} moves */
function moved(id, moves) {
  const arc = plan.arcs.get(id);
  if (!arc) return [];
  const points = degreesOf(arc);
  for (const move of moves) points[move.index] = move.to;
  const indices = moves.map((move) => move.index);
  const line = points.slice(Math.max(0, Math.min(...indices) - 1), Math.max(...indices) + 2);
  return line.length > 1 ? [line] : [];
}

/** @param {any} command @returns {any} GeoJSON geometry, or null where the command draws no line of its own */
export function sketchOf(command) {
  if (command.kind === 'move') {
    const lines = [...new Set(command.moves.map((/** @type {any} */ move) => move.arc))].flatMap((id) => moved(id, command.moves.filter((/** @type {any} */ move) => move.arc === id)));
    return lines.length ? { type: 'MultiLineString', coordinates: lines } : null;
  }
  if (Array.isArray(command.line)) return { type: 'LineString', coordinates: command.line };
  return command.area ?? null;
}
