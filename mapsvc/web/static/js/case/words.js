// The words of a card: how sure, how far, which way, why this post.
import { app } from '../app.js';
import { clock, day, duration, number, percent } from '../format.js';
import { count, gridTitle, has, lang, nameOf, t } from '../i18n.js';

const CERTAIN = 0.9;
const MOSTLY = 0.5;
const ALMOST = 0.9999;
const NEAR_M = 10;
const FAR_M = 1000;

/** Sentences beside each other: a space between them in English, none in Chinese. @param {any[]} all empty ones are left out */
export function sentences(...all) {
  return all.filter(Boolean).join(lang === 'zh' ? '' : ' ');
}

/** @param {string} code "" = outside the plan */
export function gridWords(code) {
  return code ? gridTitle(app.grids.get(code), code) : t('certainty.outside');
}

/** Metres whole, tenths under 10, km from 1,000 on. @param {number} m */
export function metres(m) {
  if (m >= FAR_M) return t('case.km', { n: (m / FAR_M).toFixed(1) });
  return t('case.m', { n: m < NEAR_M ? m.toFixed(1) : number(Math.round(m)) });
}

/** "to the south-east". @param {number} deg clockwise from north */
export function directionWords(deg) {
  return t(`case.dir.${Math.round((((deg % 360) + 360) % 360) / 45) % 8}`);
}

/**
 * Shares, largest first; one whole where nothing is in doubt.
 * @param {any} kase @returns {{grid: string, share: number}[]}
 */
export function sharesOf(kase) {
  const it = kase.feature.properties;
  // What is rounded to one is "over 99 %": only a place without an error is whole.
  const most = it.accuracy_m > 0 ? ALMOST : 1;
  if (kase.shares?.length) return [...kase.shares].sort((a, b) => b.share - a.share).map((one) => ({ ...one, share: Math.min(one.share, most) }));
  // Under another plan than the one in force nobody has worked out a share.
  return it.grid && it.grid_share > 0 ? [{ grid: it.grid, share: it.grid_share }] : [];
}

/** "Certain (90 % or more)." @param {{grid: string, share: number}[]} shares @param {string} certainty */
export function sureWords(shares, certainty) {
  if (certainty === 'unlocated' || certainty === 'outside') return t(`sure.${certainty}`) + t('stop');
  const [first, second] = shares;
  if (!first) return '';
  if (first.share >= 1 || !second) return t(certainty === 'boundary' ? 'case.sure.near' : 'case.sure.whole');
  if (first.share >= CERTAIN) return t('case.sure.certain');
  if (first.share >= MOSTLY) return t('case.sure.mostly', { grid: gridWords(first.grid) });
  return t('case.sure.between', { grid: gridWords(first.grid), other: gridWords(second.grid) });
}

/** "07 Market Park 1 %": all but the first. @param {{grid: string, share: number}[]} shares */
export function otherShares(shares) {
  return shares.slice(1).map((it) => t('case.share', { grid: gridWords(it.grid), share: percent(it.share) })).join(t('list_comma'));
}

/** "Line is 89 m to the east." @param {{distance_m: number, bearing_deg: number, grid: string | null} | null | undefined} line */
export function lineWords(line) {
  if (!line) return '';
  if (!line.grid) return t('case.line_out', { m: metres(line.distance_m), way: directionWords(line.bearing_deg) });
  return t('case.line', { m: metres(line.distance_m), way: directionWords(line.bearing_deg), grid: gridWords(line.grid) });
}

/** "By address, ± 60 m, WGS 84." @param {any} it properties of the feature */
export function positionWords(it) {
  const how = has(`method.${it.method}`) ? t(`method.${it.method}`) : it.method;
  const words = [how, it.accuracy_m > 0 ? t('case.accuracy', { m: metres(it.accuracy_m) }) : t('case.no_accuracy'), datumName(it.datum)].filter(Boolean).join(t('list_comma'));
  return capital(words) + t('stop');
}

/** A word as a sentence begins. @param {string} words */
export function capital(words) {
  return words.replace(/^./, (first) => first.toLocaleUpperCase());
}

/** @type {Record<string, string>} */
const DATUMS = { wgs84: 'WGS 84', cgcs2000: 'CGCS2000', gcj02: 'GCJ-02', bd09: 'BD-09' };

/** @param {string} code */
export function datumName(code) {
  return DATUMS[code] ?? code ?? '';
}

/** A reason code with its values, as a tag. @param {{code: string, values?: any}} reason */
export function reasonWords({ code, values = {} }) {
  const it = values ?? {};
  if (code === 'on_duty') return it.until ? t('case.why.on_duty_until', { time: untilWords(it.until) }) : t('case.why.on_duty');
  if (code === 'load') return it.n ? count('card.tasks', it.n, { n: number(it.n) }) : t('case.why.idle');
  if (code === 'share') return t('case.why.share', { grid: gridWords(it.grid ?? ''), share: percent(it.share ?? 0) });
  if (code === 'jurisdiction') return t('case.why.jurisdiction', { network: networkName(it.network), name: nameOf(it) });
  if (code === 'responsible_grid' || code === 'neighbour_grid') return it.grid ? t(`case.why.${code}_of`, { grid: gridWords(it.grid) }) : t(`case.why.${code}`);
  return has(`case.why.${code}`) ? t(`case.why.${code}`) : code;
}

/** An hour by the community's clock, with its day where that is not today. @param {string} until ISO time */
export function untilWords(until) {
  const { community: { tz }, now } = app.desk;
  return day(until, tz) === day(now, tz) ? clock(until, tz) : `${day(until, tz, Number(now.slice(0, 4)))} ${clock(until, tz)}`;
}

/** @param {string} code */
export function networkName(code) {
  return has(`network.${code}`) ? t(`network.${code}`) : code;
}

/** "2 h", "45 min", "3 days", "1 d 4 h": a length as people set it. @param {number} seconds */
export function span(seconds) {
  const hours = seconds / 3600;
  if (hours >= 24 && hours % 24 === 0) return t(hours === 24 ? 'case.day' : 'case.days', { n: number(hours / 24) });
  if (hours >= 1 && hours === Math.round(hours)) return t('case.hours', { n: number(hours) });
  return duration(seconds);
}

/** The name a step has in the reader's language. @param {{name: string, title?: string, title_zh?: string}} step */
export function stepTitle(step) {
  return (lang === 'zh' ? step.title_zh || step.title : step.title || step.title_zh) || step.name;
}

/** @param {{text?: string, text_zh?: string, code: string}} reason */
export function reasonTitle(reason) {
  return (lang === 'zh' ? reason.text_zh || reason.text : reason.text || reason.text_zh) || reason.code;
}

/** "grid chief, 05" for a target whose name is not known. @param {{target: string, name?: string, name_zh?: string}} it */
export function targetName(it) {
  return nameOf(it) || it.target.replace(/^\w+:/, '');
}
