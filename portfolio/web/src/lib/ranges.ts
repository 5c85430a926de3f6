/** The stretches of time that charts show, on the keys 1 to 7. */

import { daysBefore } from "./time";

export const RANGES = ["1M", "3M", "6M", "YTD", "1Y", "5Y", "All"] as const;
export type Range = (typeof RANGES)[number];

/** The first day of a range that ends on `last`; undefined is the beginning of everything. */
export function startOf(range: Range, last: string): string | undefined {
  switch (range) {
    case "1M":
      return daysBefore(last, { months: 1 });
    case "3M":
      return daysBefore(last, { months: 3 });
    case "6M":
      return daysBefore(last, { months: 6 });
    case "YTD":
      return `${Number(last.slice(0, 4)) - 1}-12-31`;
    case "1Y":
      return daysBefore(last, { years: 1 });
    case "5Y":
      return daysBefore(last, { years: 5 });
    case "All":
      return undefined;
  }
}
