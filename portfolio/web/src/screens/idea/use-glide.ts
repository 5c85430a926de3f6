/** A line that a friend moved slides to its new place instead of jumping; not with reduced motion. */

import { useReducedMotion } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { approximate } from "../../lib/decimal";
import type { FriendMove } from "./use-moves";

const GLIDE_MS = 650;
const ease = (t: number): number => 1 - (1 - t) ** 3;

/** The line of a chart that a move is about. */
export function lineOf({ field, target }: Pick<FriendMove, "field" | "target">): string {
  return target === null ? field : `target${target}`;
}

/** For each line on its way, where it is drawn now: a place on the screen, not a price to reckon with. */
export function useGlide(moves: readonly FriendMove[], digits: number): ReadonlyMap<string, string> {
  const still = useReducedMotion();
  const [shown, setShown] = useState<ReadonlyMap<string, string>>(new Map());
  useEffect(() => {
    const gliding = moves.filter(({ from, to }) => typeof from === "string" && typeof to === "string");
    if (still || gliding.length === 0) {
      return undefined;
    }
    const start = performance.now();
    let frame = 0;
    const draw = (now: number) => {
      const t = Math.min(1, (now - start) / GLIDE_MS);
      if (t >= 1) {
        setShown(new Map());
        return;
      }
      setShown(
        new Map(
          gliding.map((move) => {
            const [from, to] = [approximate(move.from as string), approximate(move.to as string)];
            return [lineOf(move), (from + (to - from) * ease(t)).toFixed(digits)];
          }),
        ),
      );
      frame = requestAnimationFrame(draw);
    };
    frame = requestAnimationFrame(draw);
    return () => {
      cancelAnimationFrame(frame);
      setShown(new Map());
    };
  }, [moves, digits, still]);
  return shown;
}
