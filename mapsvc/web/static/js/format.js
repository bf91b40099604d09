// Numbers with units, times and ages, in the page's language. Nothing here touches the page.
import { lang, t } from './i18n.js';

const LOCALE = lang === 'zh' ? 'zh-CN' : 'en-GB';
const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });

/** @param {number} n */
export function number(n) {
  return whole.format(n);
}

/** A number per km² or the like: whole from 100 on, two figures below. @param {number} n */
export function measureNumber(n) {
  return n >= 100 || Number.isInteger(n) ? whole.format(n) : new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 2 }).format(n);
}

/** Square kilometres with the figures that matter. @param {number} area_m2 */
export function areaKm2(area_m2) {
  const km2 = area_m2 / 1e6;
  const digits = km2 >= 100 ? 0 : km2 >= 10 ? 1 : km2 >= 1 ? 2 : 3;
  return new Intl.NumberFormat(LOCALE, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(km2);
}

/** Whole per cent; never 100 unless exact. @param {number} share 0..1 */
export function percent(share) {
  if (share > 0.99 && share < 1) return t('percent.over99');
  if (share > 0 && share < 0.01) return t('percent.under1');
  return t('percent', { n: Math.round(share * 100) });
}

/** Two figures, or "< 0.000001". @param {number | null} p */
export function probability(p) {
  if (p === null || p === undefined) return '–';
  if (p < 1e-6) return '< 0.000001';
  return new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 2, maximumFractionDigits: 12 }).format(p);
}

/** For a large figure or the map: nothing below a thousandth. @param {number | null} p */
export function probabilityShort(p) {
  return p !== null && p !== undefined && p < 0.001 ? '< 0.001' : probability(p);
}

/** @param {number} value @param {number} digits */
export function decimal(value, digits) {
  return new Intl.NumberFormat(LOCALE, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** "3 h 10" / "3:10", "50 min", "2 d 4 h". @param {number} seconds */
export function duration(seconds) {
  const minutes = Math.max(0, Math.round(seconds / 60));
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days >= 60) return t('duration.days', { d: number(days) });
  if (days > 0 && hours % 24 === 0) return t('duration.day', { d: days });
  if (days > 0) return t('duration.day_hour', { d: days, h: hours % 24 });
  if (hours > 0) return t('duration.hour_min', { h: hours, m: String(minutes % 60).padStart(2, '0') });
  return t('duration.min', { m: minutes });
}

/** "6 min", "0.5 min", "2 h 05": a length that begins with minutes. @param {number} n */
export function minutes(n) {
  return n < 3 ? t('duration.min', { m: new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 }).format(n) }) : duration(n * 60);
}

/** @param {string} iso @param {string} tz @param {Intl.DateTimeFormatOptions} options */
function part(iso, tz, options) {
  return new Intl.DateTimeFormat(LOCALE, { timeZone: tz, hourCycle: 'h23', ...options }).format(new Date(iso));
}

/** "14:32:08" or "14:32". @param {string} iso @param {string} tz @param {boolean} [seconds] */
export function clock(iso, tz, seconds = false) {
  return part(iso, tz, { hour: '2-digit', minute: '2-digit', ...(seconds ? { second: '2-digit' } : {}) });
}

/** "23 Nov" / "11月23日", with the year when it is not `year`. @param {string} iso @param {string} tz @param {number} [year] */
export function day(iso, tz, year) {
  const same = year === undefined || Number(part(iso, tz, { year: 'numeric' }).replace(/\D/g, '')) === year;
  return part(iso, tz, { day: 'numeric', month: 'short', ...(same ? {} : { year: 'numeric' }) });
}

/** "Nov" or "Nov 2025". @param {string} iso @param {string} tz @param {boolean} withYear */
export function month(iso, tz, withYear) {
  return part(iso, tz, { month: 'short', ...(withYear ? { year: 'numeric' } : {}) });
}

/** "23 Nov 2026, 14:32". @param {string} iso @param {string} tz */
export function dateTime(iso, tz) {
  return t('date_time', { date: part(iso, tz, { day: 'numeric', month: 'short', year: 'numeric' }), time: clock(iso, tz) });
}

/** Date of an instant in a zone as YYYY-MM-DD. @param {string} iso @param {string} tz */
export function isoDay(iso, tz) {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: tz, year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(iso));
}

/** The date so many days later. @param {string} isoDate YYYY-MM-DD @param {number} days */
export function addDays(isoDate, days) {
  const at = new Date(`${isoDate.slice(0, 10)}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/**
 * Time left, late or since: the words of a list row.
 * @param {{light: string, due_at?: string | null, occurred_at: string, closed_at?: string | null}} incident @param {string} now @param {string} tz
 */
export function dueWords(incident, now, tz) {
  const at = Date.parse(now);
  if (incident.light === 'waiting') return ago((at - Date.parse(incident.occurred_at)) / 1000, incident.occurred_at, tz);
  if (incident.light === 'closed') return day(incident.closed_at || incident.occurred_at, tz, new Date(at).getFullYear());
  if (!incident.due_at) return '';
  const left = (Date.parse(incident.due_at) - at) / 1000;
  return t(left < 0 ? 'due.late' : 'due.left', { time: duration(Math.abs(left)) });
}

/** "6 min ago", or the date when it is long ago. @param {number} seconds @param {string} iso @param {string} tz */
export function ago(seconds, iso, tz) {
  return seconds > 5 * 86400 ? day(iso, tz, new Date().getFullYear()) : t('due.ago', { time: duration(seconds) });
}
