// Which symbols are drawn alone and which together. Red and waiting ones are never swallowed.

/**
 * @typedef {{x: number, y: number, light: string, item: any}} Dot   in pixels
 * @typedef {{x: number, y: number, members: Dot[]}} Group
 */

/**
 * Put dots that would overlap into groups; a group is at the mean place of its members.
 * @param {Dot[]} dots @param {number} reach px within which two symbols cannot be told apart @param {number} least members of a group
 * @returns {{single: Dot[], groups: Group[]}}
 */
export function cluster(dots, reach, least = 3) {
  const single = dots.filter((dot) => mustStand(dot.light));
  /** @type {Map<string, Group[]>} */
  const cells = new Map();
  /** @type {Group[]} */
  const groups = [];
  for (const dot of dots) {
    if (mustStand(dot.light)) continue;
    const near = neighbours(cells, dot, reach).find((it) => Math.hypot(it.x - dot.x, it.y - dot.y) <= reach);
    if (near) near.members.push(dot);
    else {
      const group = { x: dot.x, y: dot.y, members: [dot] };
      groups.push(group);
      const key = cellOf(dot.x, dot.y, reach);
      cells.set(key, [...(cells.get(key) ?? []), group]);
    }
  }
  const kept = [];
  for (const group of groups) {
    if (group.members.length < least) { single.push(...group.members); continue; }
    group.x = mean(group.members.map((it) => it.x));
    group.y = mean(group.members.map((it) => it.y));
    kept.push(group);
  }
  return { single, groups: kept };
}

/** @param {string} light */
export function mustStand(light) {
  return light === 'red' || light === 'waiting';
}

/** @param {number} x @param {number} y @param {number} reach */
function cellOf(x, y, reach) {
  return `${Math.floor(x / reach)},${Math.floor(y / reach)}`;
}

/** @param {Map<string, Group[]>} cells @param {Dot} dot @param {number} reach */
function neighbours(cells, dot, reach) {
  const found = [];
  for (const dx of [-reach, 0, reach]) for (const dy of [-reach, 0, reach]) found.push(...(cells.get(cellOf(dot.x + dx, dot.y + dy, reach)) ?? []));
  return found;
}

/** @param {number[]} values */
function mean(values) {
  return values.reduce((sum, it) => sum + it, 0) / values.length;
}
