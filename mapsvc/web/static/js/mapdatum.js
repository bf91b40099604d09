// Basemaps in GCJ-02 or BD-09: the map's projection shifts what is drawn, and takes the shift off every click. Everything
// else here, shapes, pins, boxes and addresses, stays in WGS 84. Formulas as in mapsvc/geo/datum.py; a test holds them together.

const [WEST, SOUTH, EAST, NORTH] = [72.004, 0.8293, 137.8347, 55.8271];
const A = 6378245;
const E2 = 0.00669342162296594323;
const TURN = (Math.PI * 3000) / 180;
const { PI, abs, sin, cos, sqrt } = Math;
/** @typedef {[number, number]} Place lon, lat in degrees */

let used = '';
/** What the map's tiles are in, "" for WGS 84. */
export function mapDatum() {
  return used;
}

/** @param {Place} place WGS 84 @returns {Place} GCJ-02 */
function toGcj([lon, lat]) {
  if (lon < WEST || lon > EAST || lat < SOUTH || lat > NORTH) return [lon, lat];
  const x = lon - 105;
  const y = lat - 35;
  const root = 0.1 * sqrt(abs(x));
  const shared = 20 * sin(6 * PI * x) + 20 * sin(2 * PI * x);
  const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 2 * root
    + ((shared + 20 * sin(PI * y) + 40 * sin((PI / 3) * y) + 160 * sin((PI / 12) * y) + 320 * sin((PI / 30) * y)) * 2) / 3;
  const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + root
    + ((shared + 20 * sin(PI * x) + 40 * sin((PI / 3) * x) + 150 * sin((PI / 12) * x) + 300 * sin((PI / 30) * x)) * 2) / 3;
  const across = (lat * PI) / 180;
  const magic = 1 - E2 * sin(across) ** 2;
  const meridian = (A * (1 - E2)) / (magic * sqrt(magic));
  const parallel = (A / sqrt(magic)) * cos(across);
  return [lon + ((east / parallel) * 180) / PI, lat + ((north / meridian) * 180) / PI];
}

/** @param {Place} place WGS 84 @returns {Place} BD-09 */
function toBd(place) {
  const [lon, lat] = toGcj(place);
  if (place[0] < WEST || place[0] > EAST || place[1] < SOUTH || place[1] > NORTH) return place;
  const radius = Math.hypot(lon, lat) + 0.00002 * sin(lat * TURN);
  const angle = Math.atan2(lat, lon) + 0.000003 * cos(lon * TURN);
  return [radius * cos(angle) + 0.0065, radius * sin(angle) + 0.006];
}

/** @param {string} datum @param {Place} place WGS 84 @returns {Place} */
export function shift(datum, place) {
  return datum === 'gcj02' ? toGcj(place) : datum === 'bd09' ? toBd(place) : place;
}

/** The way back: the place that is shifted onto this one. @param {string} datum @param {Place} place @returns {Place} */
export function unshift(datum, place) {
  let [lon, lat] = place;
  for (let round = 0; round < 10; round += 1) {
    const there = shift(datum, [lon, lat]);
    lon -= there[0] - place[0];
    lat -= there[1] - place[1];
  }
  // At the edge of the box of the shift a place may have none that is shifted onto it.
  return abs(lon - place[0]) < 0.1 && abs(lat - place[1]) < 0.1 ? [lon, lat] : place;
}

/** Have a map that holds nothing yet draw for tiles in this datum. @param {any} map @param {string} [datum] */
export function setDatum(map, datum) {
  if (datum !== 'gcj02' && datum !== 'bd09') return;
  used = datum;
  const plain = L.Projection.SphericalMercator;
  const projection = {
    ...plain,
    project: (/** @type {any} */ at) => {
      const [lon, lat] = shift(datum, [at.lng, at.lat]);
      return plain.project(L.latLng(lat, lon));
    },
    unproject: (/** @type {any} */ point) => {
      const { lng, lat } = plain.unproject(point);
      const [lon, back] = unshift(datum, [lng, lat]);
      return L.latLng(back, lon);
    },
  };
  map.options.crs = L.extend({}, L.CRS.EPSG3857, { projection });
}
