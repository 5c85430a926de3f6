/** Where values and days stand on the scales of a chart. Numbers here become pixels, never money. */

const DAY_MS = 86_400_000;
const STEPS = [1, 2, 2.5, 5, 10] as const;
const MONTHS = [1, 2, 3, 6, 12, 24, 60, 120, 240] as const;
const DAYS = [1, 2, 7, 14] as const;
const MONTH_DAYS = 30.44;
const ROOM = 0.06; // of the height, above the highest and below the lowest value

/** A calendar day as a count of days since 1970. */
export function dayNumber(date: string): number {
  return Math.round(Date.parse(`${date}T00:00:00Z`) / DAY_MS);
}

function dateOf(number: number): string {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}

export interface Scale {
  readonly low: number;
  readonly high: number;
  /** Round values in between, from the lowest on. */
  readonly ticks: readonly number[];
  /** How many digits after the point it takes to tell the ticks apart. */
  readonly digits: number;
}

/** A scale around `values` with at most `count` round values on it. */
export function scaleOf(values: readonly number[], count: number): Scale {
  let low = values.reduce((least, value) => Math.min(least, value), Infinity);
  let high = values.reduce((most, value) => Math.max(most, value), -Infinity);
  if (!Number.isFinite(low) || !Number.isFinite(high)) {
    [low, high] = [0, 1];
  }
  const room = high > low ? (high - low) * ROOM : Math.abs(high) * ROOM || 1;
  // What never crosses zero stands on it, or hangs from it.
  [low, high] = [low >= 0 ? Math.max(0, low - room) : low - room, high <= 0 ? Math.min(0, high + room) : high + room];
  if (high === low) {
    high = low + 1;
  }
  const step = roundStep((high - low) / count);
  const first = Math.ceil(low / step);
  const ticks = [];
  for (let at = first; at * step <= high; at += 1) {
    ticks.push(at === 0 ? 0 : at * step);
  }
  return { low, high, ticks, digits: fractionDigits(step) };
}

function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const found = STEPS.find((step) => step * power >= least * (1 - 1e-9)) ?? 10;
  return found * power;
}

function fractionDigits(step: number): number {
  for (let digits = 0; digits < 8; digits += 1) {
    if (Math.abs(step - Number(step.toFixed(digits))) < step * 1e-6) {
      return digits;
    }
  }
  return 8;
}

export interface DayTick {
  readonly date: string;
  /** What of the date is new at this tick, compared with the one before. */
  readonly unit: "day" | "month" | "year";
}

/** At most `count` round days from `first` to `last`: days, first days of months, of years. */
export function dayTicks(first: string, last: string, count: number): DayTick[] {
  const [from, to] = [dayNumber(first), dayNumber(last)];
  const step = DAYS.find((days) => (to - from) / days < count);
  if (step !== undefined) {
    const start = from + ((step - (from % step)) % step);
    return Array.from({ length: Math.max(0, Math.floor((to - start) / step) + 1) }, (_, index) => ({
      date: dateOf(start + index * step),
      unit: "day" as const,
    }));
  }
  const months = MONTHS.find((each) => (to - from) / (each * MONTH_DAYS) < count) ?? 240;
  const at = new Date(from * DAY_MS);
  const begun = at.getUTCFullYear() * 12 + at.getUTCMonth() + (at.getUTCDate() === 1 ? 0 : 1);
  const ticks: DayTick[] = [];
  for (let month = Math.ceil(begun / months) * months; ; month += months) {
    const number = Date.UTC(Math.floor(month / 12), month % 12, 1) / DAY_MS;
    if (number > to) {
      return ticks;
    }
    ticks.push({ date: dateOf(number), unit: month % 12 === 0 ? "year" : "month" });
  }
}

/** The index of the point nearest to `wanted` in a rising list; -1 in an empty one. */
export function nearest(rising: readonly number[], wanted: number): number {
  let [low, high] = [0, rising.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((rising[middle] ?? 0) <= wanted) {
      low = middle;
    } else {
      high = middle;
    }
  }
  const [before, after] = [rising[low], rising[high]];
  if (before === undefined || after === undefined) {
    return -1;
  }
  return wanted - before <= after - wanted ? low : high;
}
