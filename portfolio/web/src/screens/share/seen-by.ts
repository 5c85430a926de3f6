/** A position as a friend gets it: what is not shared is not there. */

import type { Holding, Idea, Position } from "../../api/types";
import type { Terms } from "./use-shares";

const SUMS_OF_HOLDING = [
  "account",
  "quantity",
  "cost",
  "average_price",
  "average_cost",
  "value",
  "gain",
  "day_gain",
  "realised",
  "income",
  "total_gain",
] as const;

function without<T extends object>(value: T, names: readonly (keyof T)[]): T {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name as keyof T))) as T;
}

export function seenBy(position: Position, terms: Terms): Position {
  const seen = { ...position, role: terms.role };
  if (terms.amounts) {
    return seen;
  }
  const counts = terms.detail === "quantities";
  if (seen.kind === "holding") {
    return without<Holding>(seen, counts ? SUMS_OF_HOLDING.filter((name) => name !== "quantity") : SUMS_OF_HOLDING);
  }
  const bare = without<Idea>(seen, counts ? ["account"] : ["size", "account"]);
  return bare.figures === null
    ? bare
    : { ...bare, figures: without(bare.figures, ["capital", "risk_amount", "reward_amount"]) };
}
