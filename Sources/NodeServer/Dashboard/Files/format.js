// Numbers, times, and money as people of the language write them.

import { h } from "./dom.js";
import { language, t } from "./i18n.js";

const formats = new Map();
function format(kind, options) {
  const key = language + kind + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl[kind](language, options));
  return formats.get(key);
}

export const none = "–";

export function number(value, digits = 0) {
  return value === null || value === undefined
    ? none : format("NumberFormat", { maximumFractionDigits: digits }).format(value);
}

/**
 * A number as a person types it, with a point or a comma before its decimals; NaN for what cannot be read, and for
 * `1,500`, which is one and a half to some and more than a thousand to others.
 */
function readNumber(text) {
  const [whole, digits, decimals] = /^\s*(\d+)(?:[.,](\d+))?\s*$/.exec(text) ?? [];
  if (whole === undefined || decimals?.length === 3 && Number(digits) > 0) return NaN;
  return Number(`${digits}.${decimals ?? 0}`);
}

/** What the node takes for a film; dollars for the budget. */
export const bounds = {
  scenes: { least: 1, most: 100, isWhole: true },
  seconds: { least: 3, most: 3600 },
  budget: { least: 0, most: 1_000_000 },
};

/** The number that a person has typed for a bound; null where nothing stands there, NaN where it cannot be taken. */
export function readBound(name, text) {
  if (!String(text ?? "").trim()) return null;
  const { least, most, isWhole } = bounds[name];
  const value = readNumber(text);
  return value >= least && value <= most && !(isWhole && !Number.isInteger(value)) ? value : NaN;
}

export function percent(part) {
  return format("NumberFormat", { style: "percent" }).format(Math.floor(clamp(part) * 100) / 100);
}

export const clamp = (part) => Math.min(1, Math.max(0, Number(part) || 0));

/** Millionths of a dollar; small sums keep the digits that matter. */
export function money(microdollars) {
  if (microdollars === null || microdollars === undefined) return none;
  const dollars = microdollars / 1e6;
  const digits = dollars !== 0 && Math.abs(dollars) < 0.1 ? 4 : 2;
  return format("NumberFormat", { style: "currency", currency: "USD", currencyDisplay: "narrowSymbol", minimumFractionDigits: 2, maximumFractionDigits: digits }).format(dollars);
}

export function bytes(count) {
  if (count === null || count === undefined) return none;
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
  let unit = 0;
  while (Math.abs(count) >= 1000 && unit < units.length - 1) { count /= 1000; unit += 1; }
  return format("NumberFormat", { style: "unit", unit: units[unit], unitDisplay: unit ? "short" : "long", maximumFractionDigits: unit && count < 100 ? 1 : 0 }).format(count);
}

/** Seconds as `1:04:09`, `4:09`, or `9.2 s`. */
export function span(seconds, digits = 1) {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return none;
  if (seconds < 0) seconds = 0;
  if (seconds < 1) return format("NumberFormat", { style: "unit", unit: "millisecond" }).format(Math.round(seconds * 1000));
  if (seconds < 60) {
    return format("NumberFormat", { style: "unit", unit: "second", unitDisplay: "narrow", maximumFractionDigits: seconds < 10 ? digits : 0 }).format(seconds);
  }
  if (seconds >= 86_400 * 2) {
    return format("NumberFormat", { style: "unit", unit: "day", unitDisplay: "long" }).format(Math.floor(seconds / 86_400));
  }
  const whole = Math.round(seconds);
  const pad = (value) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}

/** The length of a film: always with minutes. */
export function length(seconds) {
  if (seconds === null || seconds === undefined) return none;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export function when(text) {
  return text ? format("DateTimeFormat", { dateStyle: "medium", timeStyle: "medium" }).format(new Date(text)) : none;
}

/** Times that stand in a text of the node, as people of the language write them. */
export const withTimes = (text) => String(text ?? "").replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, when);

/** A language by its name in the reader's one. */
export function languageName(tag) {
  try { return format("DisplayNames", { type: "language" }).of(tag); } catch { return tag; }
}

export function day(text) {
  return format("DateTimeFormat", { month: "short", day: "numeric", timeZone: "UTC" }).format(new Date(text));
}

function ago(text) {
  const seconds = (Date.now() - Date.parse(text)) / 1000;
  const relative = format("RelativeTimeFormat", { numeric: "auto", style: "short" });
  const [size, unit] = [[86_400 * 7, "week"], [86_400, "day"], [3600, "hour"], [60, "minute"], [1, "second"]]
    .find(([size]) => Math.abs(seconds) >= size) ?? [1, "second"];
  if (Math.abs(seconds) < 5) return t("justNow");
  if (Math.abs(seconds) > 86_400 * 21) return format("DateTimeFormat", { dateStyle: "medium" }).format(new Date(text));
  return relative.format(-Math.trunc(seconds / size), unit);
}

const ticks = {
  ago,
  /** What runs: how long it has been running. */
  since: (text) => span((Date.now() - Date.parse(text)) / 1000, 0),
  /** What comes: how long until then. */
  until: (text) => span(Math.max(0, (Date.parse(text) - Date.now()) / 1000), 0),
};

/** A time that goes on by itself: `kind` is `ago`, `since`, or `until`. */
export function tick(text, kind = "ago") {
  if (!text) return none;
  return h("time", { datetime: text, title: when(text), "data-tick": kind }, ticks[kind](text));
}

/** How long something took, or has been going on. */
export function took(start, end) {
  if (!start) return none;
  return end ? span((Date.parse(end) - Date.parse(start)) / 1000) : tick(start, "since");
}

setInterval(() => {
  if (document.hidden) return;
  for (const element of document.querySelectorAll("time[data-tick]")) {
    const text = ticks[element.dataset.tick](element.dateTime);
    if (element.textContent !== text) element.textContent = text;
  }
}, 1000);
