/**
 * Where the line of a payoff is drawn: the stretch of prices worth seeing, and its corners in it.
 * Only the drawing is approximate; figures are shown as the planner computed them.
 */

import type { Payoff } from "../../api/types";
import { approximate } from "../../lib/decimal";

export interface Corner {
  readonly price: number;
  readonly gain: number;
}

export interface Line {
  readonly corners: readonly Corner[];
  readonly prices: readonly [number, number];
  readonly gains: readonly [number, number];
}

const MARGIN = 0.25;
const HEADROOM = 0.12;

/** The gain at a price, on the straight line between the points around it; beyond them it goes on. */
export function gainAt(points: readonly Corner[], price: number): number {
  const after = points.findIndex((point) => point.price >= price);
  const at = after < 0 ? points.length - 1 : Math.max(after, 1);
  const [left, right] = [points[at - 1], points[at]];
  if (left === undefined || right === undefined) {
    return points[0]?.gain ?? 0;
  }
  return left.gain + ((right.gain - left.gain) * (price - left.price)) / (right.price - left.price);
}

/** `also` are prices that should be seen as well, such as today's. */
export function lineOf(payoff: Pick<Payoff, "points" | "breakevens">, also: readonly number[] = []): Line {
  const points = payoff.points.map(({ price, gain }) => ({ price: approximate(price), gain: approximate(gain) }));
  const bends = points.slice(1, -1).map(({ price }) => price);
  const seen = [...bends, ...payoff.breakevens.map(approximate), ...also].filter((price) => price > 0);
  const beyond = points.at(-1)?.price ?? 1;
  const [least, most] = seen.length === 0 ? [0, beyond] : [Math.min(...seen), Math.max(...seen)];
  const margin = Math.max((most - least) * MARGIN, most * MARGIN * HEADROOM, 0.01);
  const prices = [Math.max(0, least - margin), most + margin] as const;
  const inside = bends.filter((price) => price > prices[0] && price < prices[1]);
  const corners = [prices[0], ...inside, prices[1]].map((price) => ({ price, gain: gainAt(points, price) }));
  const gains = corners.map(({ gain }) => gain);
  const [low, high] = [Math.min(0, ...gains), Math.max(0, ...gains)];
  const room = (high - low || 1) * HEADROOM;
  return { corners, prices, gains: [low - room, high + room] };
}
