/**
 * Risk and reward while somebody types or drags, before the planner has answered: the same exact
 * arithmetic as portfolio/domain/risk_reward.py, on decimal strings.
 */

import type { Figures } from "../api/types";
import { absolute, add, compare, divide, isDecimal, multiply, subtract, tidy } from "./decimal";
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

export type LiveFigures = Partial<Figures>;

/** What the planner will answer for these levels; the targets share the size equally. Null while it cannot say. */
export function figuresOf(levels: Levels, size?: string | null): LiveFigures | null {
  const { entry, stop, targets = [] } = levels;
  if (!known(entry) || !known(stop) || faultOf(levels) !== null) {
    return null;
  }
  const goals = targets.filter(known);
  const risk = absolute(subtract(entry, stop));
  const sum = goals.map((goal) => absolute(subtract(goal, entry))).reduce(add, "0");
  const quotient = (a: string, b: string) => tidied(divide(a, b, PLACES));
  const reward = goals.length === 0 ? null : quotient(sum, String(goals.length));
  const figures: LiveFigures = {
    risk_per_unit: tidy(risk),
    reward_per_unit: reward,
    rr: reward === null ? null : quotient(sum, multiply(risk, String(goals.length))),
    breakeven_win_rate: reward === null ? null : quotient(risk, add(risk, reward)),
  };
  if (!known(size)) {
    return figures;
  }
  return {
    ...figures,
    capital: multiply(size, entry),
    risk_amount: multiply(size, risk),
    ...(reward === null ? {} : { reward_amount: multiply(size, reward) }),
  };
}

function tidied(text: string | null): string | null {
  return text === null ? null : tidy(text);
}

/** Reward per unit of risk. Null while something is missing or wrong. */
export function ratioOf(levels: Levels): string | null {
  return figuresOf(levels)?.rr ?? null;
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
