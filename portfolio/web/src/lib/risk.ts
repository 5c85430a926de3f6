/**
 * Risk and reward while somebody types or drags, before the planner has answered: the same exact
 * arithmetic as portfolio/domain/risk_reward.py, on decimal strings.
 */

import { absolute, add, approximate, compare, divide, isDecimal, multiply, subtract, tidy } from "./decimal";
import type { Levels } from "./ladder";

const PLACES = 8;

/** What is wrong with the levels of a side, as the planner would say it; null when nothing is. */
export type LevelFault = "stop-below" | "stop-above" | "target-above" | "target-below";

const known = (text: string | null | undefined): text is string => text != null && isDecimal(text);

export function faultOf({ side, entry, stop, targets = [] }: Levels): LevelFault | null {
  const long = side !== "short";
  const wrong = (low: string, high: string) => (long ? compare(low, high) >= 0 : compare(low, high) <= 0);
  if (known(entry) && known(stop) && wrong(stop, entry)) {
    return long ? "stop-below" : "stop-above";
  }
  const floors = [entry, stop].filter(known);
  if (targets.filter(known).some((target) => floors.some((floor) => wrong(floor, target)))) {
    return long ? "target-above" : "target-below";
  }
  return null;
}

/** Reward per unit of risk; the targets share the size equally. Null while something is missing or wrong. */
export function ratioOf(levels: Levels): string | null {
  const { entry, stop, targets = [] } = levels;
  const goals = targets.filter(known);
  if (!known(entry) || !known(stop) || goals.length === 0 || faultOf(levels) !== null) {
    return null;
  }
  const risk = absolute(subtract(entry, stop));
  const rewards = goals.map((goal) => absolute(subtract(goal, entry))).reduce(add);
  const ratio = divide(rewards, multiply(risk, String(goals.length)), PLACES);
  return ratio === null ? null : tidy(ratio);
}

/** How many units lose `amount` at the stop: whole ones, rounded down, so that it never loses more. */
export function sizeFor(amount: string | null, { entry, stop }: Levels): string | null {
  if (!known(amount) || !known(entry) || !known(stop) || compare(entry, stop) === 0) {
    return null;
  }
  const exact = divide(amount, absolute(subtract(entry, stop)), PLACES);
  const whole = exact?.split(".")[0] ?? "0";
  return compare(whole, "0") > 0 ? whole : null;
}

/** How far `price` is from `level`, in percent of the price; for sorting and bars only when rounded. */
export function distancePercent(price: string, level: string): string | null {
  const ratio = divide(multiply(subtract(level, price), "100"), price, 4);
  return ratio === null ? null : tidy(ratio);
}

/** For sorting: nothing known comes last, whatever the direction means. */
export function sortable(text: string | null | undefined, missing: number): number {
  return known(text) ? approximate(text) : missing;
}
