// The five classes of the map: which grids are in one, and which one the address selects.
import { app } from './app.js';
import { measureNumber } from './format.js';

/** Class 1-5 that the address selects, 0 = none. @returns {number} */
export function chosenClass() {
  return Number(/^class:([1-5])$/.exec(app.view.sel)?.[1] ?? 0);
}

/** Grids of a class, highest first. @param {number} k 1-5 @returns {any[]} */
export function gridsOfClass(k) {
  const { name, classes } = app.desk.measure;
  return app.desk.grids.filter((/** @type {any} */ _, /** @type {number} */ i) => classes[i] === k - 1)
    .sort((/** @type {any} */ a, /** @type {any} */ b) => b[name] - a[name] || b.count - a.count);
}

/** "307–439": the least and the most of these grids, as the legend says them. @param {any[]} grids */
export function rangeWords(grids) {
  const values = grids.map((it) => measureNumber(it[app.desk.measure.name]));
  const [most, least] = [values[0], values[values.length - 1]];
  return least === most ? most : `${least}–${most}`;
}
