/** Which level of an idea the price is nearest to: what somebody should look at first. */

import type { Idea } from "../api/types";
import { absolute, compare } from "./decimal";

export interface NearLevel {
  readonly idea: Idea;
  readonly level: "entry" | "stop" | "target";
  /** Counted from 1, for a target. */
  readonly target: number;
  /** How far the price has to go, in percent; negative is down. */
  readonly percent: string;
}

const WAITING: readonly string[] = ["watching", "ready"];

/** For an idea that waits, its entry; for an open one, stop or target, whichever is nearer. */
export function nearestOf(idea: Idea): NearLevel | null {
  const { market } = idea;
  if (market === null) {
    return null;
  }
  if (WAITING.includes(idea.state)) {
    return market.to_entry_percent === null ? null : { idea, level: "entry", target: 0, percent: market.to_entry_percent };
  }
  if (idea.state !== "open") {
    return null;
  }
  const ahead: NearLevel[] = market.to_targets_percent.flatMap((percent, index) =>
    percent === null ? [] : [{ idea, level: "target" as const, target: index + 1, percent }],
  );
  if (market.to_stop_percent !== null) {
    ahead.push({ idea, level: "stop", target: 0, percent: market.to_stop_percent });
  }
  return ahead.sort(byDistance)[0] ?? null;
}

/** Those within `within` percent of a level, the nearest first. */
export function nearLevels(ideas: readonly Idea[], within: string): NearLevel[] {
  return ideas
    .map(nearestOf)
    .filter((near): near is NearLevel => near !== null && compare(absolute(near.percent), within) <= 0)
    .sort(byDistance);
}

function byDistance(a: NearLevel, b: NearLevel): number {
  return compare(absolute(a.percent), absolute(b.percent));
}
