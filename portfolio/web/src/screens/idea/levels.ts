/** The levels of an idea while one of them is on its way: what ladder and chart show meanwhile. */

import type { Idea, IdeaPatch } from "../../api/types";

/** entry, stop, target1, target2… */
export type LevelName = string;

export interface Levels {
  readonly side: string;
  readonly entry: string | null;
  readonly stop: string | null;
  readonly targets: readonly string[];
}

export interface OnItsWay {
  readonly level: LevelName;
  readonly price: string | null;
}

export const targetIndex = (level: LevelName): number => (level.startsWith("target") ? Number(level.slice(6)) - 1 : -1);

export function levelsOf({ side, entry, stop, targets }: Idea): Levels {
  return { side, entry, stop, targets };
}

/** The levels with one of them elsewhere; a target beyond the last one is a new one. */
export function withLevel(levels: Levels, { level, price }: OnItsWay): Levels {
  if (level === "entry" || level === "stop") {
    return { ...levels, [level]: price };
  }
  const index = targetIndex(level);
  const targets = [...levels.targets];
  if (price === null) {
    targets.splice(index, 1);
  } else {
    targets[Math.min(index, targets.length)] = price;
  }
  return { ...levels, targets };
}

/** The change that puts a level there. */
export function patchFor(idea: Idea, move: OnItsWay): IdeaPatch {
  const { entry, stop, targets } = withLevel(levelsOf(idea), move);
  if (move.level === "entry") {
    return { entry };
  }
  return move.level === "stop" ? { stop } : { targets: [...targets] };
}
