/** Option legs as they stand in the form, and as they are sent. */

import type { Leg, LegIn } from "../../api/types";
import { sign } from "../../lib/decimal";

/** Numbers are decimal strings, null while a field is empty. */
export interface LegDraft {
  readonly key: number;
  readonly right: LegIn["right"];
  readonly side: LegIn["side"];
  readonly quantity: string | null;
  readonly strike: string | null;
  readonly expiry: string;
  readonly premium: string | null;
  readonly multiplier: string | null;
}

const CONTRACT = "100";

/** A further leg is most often on the same day. */
export function blankLeg(before?: LegDraft): LegDraft {
  return {
    key: (before?.key ?? 0) + 1,
    right: "call",
    side: before?.side === "buy" ? "sell" : "buy",
    quantity: before?.quantity ?? "1",
    strike: null,
    expiry: before?.expiry ?? "",
    premium: null,
    multiplier: CONTRACT,
  };
}

export function draftsOf(legs: readonly Leg[]): readonly LegDraft[] {
  if (legs.length === 0) {
    return [blankLeg()];
  }
  return legs.map((leg, key) => ({
    key,
    right: leg.right === "put" || leg.right === "stock" ? leg.right : "call",
    side: leg.side === "sell" ? "sell" : "buy",
    quantity: leg.quantity ?? leg.ratio,
    strike: leg.strike,
    expiry: leg.expiry ?? "",
    premium: leg.premium,
    multiplier: leg.multiplier ?? (leg.right === "stock" ? null : CONTRACT),
  }));
}

/** Whether the planner would take it (portfolio/domain/plan_details.py). */
export function isWhole({ right, quantity, strike, expiry, premium, multiplier }: LegDraft): boolean {
  const above = (value: string | null) => value !== null && sign(value) > 0;
  const priced = premium === null || sign(premium) >= 0;
  const option = above(strike) && expiry !== "" && (multiplier === null || above(multiplier));
  return above(quantity) && priced && (right === "stock" || option);
}

/** Whole, since it stands in the page as it is until the planner has answered. */
export function sentOf({ right, side, quantity, strike, expiry, premium, multiplier }: LegDraft): LegIn {
  const option = right !== "stock";
  return {
    right,
    side,
    quantity: quantity ?? "1",
    premium,
    strike: option ? strike : null,
    expiry: option && expiry !== "" ? expiry : null,
    multiplier: option ? multiplier : null,
  };
}
