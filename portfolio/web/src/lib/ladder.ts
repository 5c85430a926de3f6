/**
 * The scale behind the risk/reward ladder: stop, entry, targets and the price on one line.
 *
 * What is risked is always on the left and what can be won on the right, so a short reads like a
 * long: the higher price is on the left there. Positions are fractions of the width, for pixels.
 */

import { approximate, compare, isDecimal, subtract } from "./decimal";

export interface Levels {
  readonly side: string;
  readonly entry?: string | null | undefined;
  readonly stop?: string | null | undefined;
  readonly targets?: readonly string[] | undefined;
  readonly price?: string | null | undefined;
}

export interface Mark {
  readonly kind: "stop" | "entry" | "target" | "price";
  readonly price: string;
  /** 0 is the left end, 1 the right. */
  readonly at: number;
}

export interface Scale {
  readonly marks: readonly Mark[];
  /** The stretch between stop and entry, and that between entry and the farthest target. */
  readonly risk: readonly [number, number] | null;
  readonly reward: readonly [number, number] | null;
  /** The price is beyond the left or right end. */
  readonly beyond: "left" | "right" | null;
}

const MARGIN = 0.06; // of the width, so that a price a bit beyond stop or target is still on it

/** The scale; null while neither stop nor a target stands beside an entry. */
export function scaleOf({ side, entry, stop, targets = [], price }: Levels): Scale | null {
  const known = (text: string | null | undefined): text is string => text != null && isDecimal(text);
  const goals = targets.filter(known);
  if (!known(entry) || (!known(stop) && goals.length === 0)) {
    return null;
  }
  const planned = [entry, ...(known(stop) ? [stop] : []), ...goals];
  const low = planned.reduce((a, b) => (compare(a, b) <= 0 ? a : b));
  const high = planned.reduce((a, b) => (compare(a, b) >= 0 ? a : b));
  const width = approximate(subtract(high, low));
  if (width === 0) {
    return null;
  }
  const place = (text: string): number => {
    const fraction = approximate(subtract(text, low)) / width;
    return MARGIN + (side === "short" ? 1 - fraction : fraction) * (1 - 2 * MARGIN);
  };
  const marks: Mark[] = [];
  if (known(stop)) {
    marks.push({ kind: "stop", price: stop, at: place(stop) });
  }
  marks.push({ kind: "entry", price: entry, at: place(entry) });
  marks.push(...goals.map((goal): Mark => ({ kind: "target", price: goal, at: place(goal) })));
  let beyond: Scale["beyond"] = null;
  if (known(price)) {
    const at = place(price);
    beyond = at < 0 ? "left" : at > 1 ? "right" : null;
    marks.push({ kind: "price", price, at: Math.min(1, Math.max(0, at)) });
  }
  const stretch = (from: string, to: string): readonly [number, number] => {
    const [a, b] = [place(from), place(to)];
    return [Math.min(a, b), Math.max(a, b)];
  };
  const farthest = goals.reduce<string | null>(
    (far, goal) => (far === null || (side === "short" ? compare(goal, far) < 0 : compare(goal, far) > 0) ? goal : far),
    null,
  );
  return {
    marks,
    risk: known(stop) ? stretch(stop, entry) : null,
    reward: farthest === null ? null : stretch(entry, farthest),
    beyond,
  };
}
