/** Times as people read them: "2 min. ago", "14:02:07", "22 Nov 2026". */

import { useSyncExternalStore } from "react";

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * 86_400],
  ["month", 30 * 86_400],
  ["week", 7 * 86_400],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const FRESH_S = 45;
// Making a formatter takes a hundred times as long as using it.
const formats = new Map<string, Intl.DateTimeFormat>();
const spans = new Map<string, Intl.RelativeTimeFormat>();
const TICK_MS = 15_000;

function format(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  let found = formats.get(key);
  if (found === undefined) {
    found = new Intl.DateTimeFormat(locale, options);
    formats.set(key, found);
  }
  return found;
}

function span(locale: string): Intl.RelativeTimeFormat {
  let found = spans.get(locale);
  if (found === undefined) {
    found = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
    spans.set(locale, found);
  }
  return found;
}

/** How long ago, in the largest unit that fits; "now" below 45 seconds. */
export function ago(instant: string, now: number, locale: string): string {
  const seconds = (Date.parse(instant) - now) / 1000;
  if (Math.abs(seconds) < FRESH_S) {
    return span(locale).format(0, "second");
  }
  const [unit, size] = STEPS.find(([, size]) => Math.abs(seconds) >= size) ?? ["minute", 60];
  return span(locale).format(Math.trunc(seconds / size) || Math.sign(seconds), unit);
}

/** A time of day with seconds: what a receipt needs. */
export function timeOfDay(instant: string, locale: string): string {
  return format(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(new Date(instant));
}

export function dateAndTime(instant: string, locale: string): string {
  return format(locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(instant));
}

/** A calendar day ("2013-03-01"), which has no time zone. */
export function day(date: string, locale: string, style: "short" | "medium" | "long" = "medium"): string {
  return format(locale, { dateStyle: style, timeZone: "UTC" }).format(new Date(`${date}T00:00:00Z`));
}

const TICKS = { day: { day: "numeric", month: "short" }, month: { month: "short" }, year: { year: "numeric" } } as const;

/** A calendar day on a scale, of which only `unit` is new: "4 Mar", "Mar", "2013". */
export function tickDay(date: string, locale: string, unit: keyof typeof TICKS): string {
  return format(locale, { ...TICKS[unit], timeZone: "UTC" }).format(new Date(`${date}T00:00:00Z`));
}

/** The calendar day of an instant where this person is. */
export function localDay(instant: string | number): string {
  const at = new Date(instant);
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

/** `date` moved by days, months or years; the end of a month stays in its month. */
export function daysBefore(date: string, by: { days?: number; months?: number; years?: number }): string {
  const at = new Date(`${date}T00:00:00Z`);
  const wanted = at.getUTCDate();
  at.setUTCDate(1);
  at.setUTCFullYear(at.getUTCFullYear() - (by.years ?? 0), at.getUTCMonth() - (by.months ?? 0));
  const last = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
  at.setUTCDate(Math.min(wanted, last) - (by.days ?? 0));
  return at.toISOString().slice(0, 10);
}

// One clock for all "ago" on the page, running only while somebody looks.
let now = Date.now();
let timer: number | undefined;
const watchers = new Set<() => void>();

function tick(): void {
  now = Date.now();
  watchers.forEach((tell) => {
    tell();
  });
}

function watch(tell: () => void): () => void {
  watchers.add(tell);
  if (timer === undefined) {
    now = Date.now();
    timer = window.setInterval(tick, TICK_MS);
    document.addEventListener("visibilitychange", tick);
  }
  return () => {
    watchers.delete(tell);
    if (watchers.size === 0) {
      window.clearInterval(timer);
      document.removeEventListener("visibilitychange", tick);
      timer = undefined;
    }
  };
}

/** The time, renewed every 15 seconds. */
export function useNow(): number {
  return useSyncExternalStore(watch, () => now);
}
