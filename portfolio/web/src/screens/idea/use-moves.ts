/** What friends move while one looks: kept for a moment, to show it and to say it. */

import { useCallback, useEffect, useState } from "react";
import { useLive, useMe } from "../../api/session";
import type { Idea } from "../../api/types";
import { movesBetween, type Move } from "./moves";

export interface FriendMove extends Move {
  readonly n: number;
  readonly who: string;
}

const SHOWN_MS = 15_000;
const SHOWN_MAX = 4;
const EXPLAINS_MS = 5_000; // so long after it a message explains what changed

interface Mover {
  readonly n: number;
  readonly who: string;
  readonly fields: readonly string[];
}

/** What they did between two versions; a field that several messages name moved once, by the last of them. */
export function movesOf(movers: readonly Mover[], before: Idea, after: Idea): FriendMove[] {
  return movers.flatMap(({ n, who, fields }, index) => {
    const later = new Set(movers.slice(index + 1).flatMap((mover) => mover.fields));
    const own = fields.filter((field) => !later.has(field));
    return movesBetween(before, after, own).map((move) => ({ ...move, n, who }));
  });
}

/** An idea as one was told of it, with what one is told now. */
function toldOf(told: Idea, idea: Idea, fields: ReadonlySet<string>): Idea {
  return { ...told, ...Object.fromEntries(Object.entries(idea).filter(([field]) => fields.has(field))) };
}

export interface Moves {
  /** The latest moves of others, the newest last; each stays for fifteen seconds. */
  readonly moves: readonly FriendMove[];
  /** Says that I am changing these fields: what happens to them next is no friend's move. */
  readonly claim: (fields: readonly string[]) => void;
}

/**
 * A message and what it is about come by different ways, in either order, and one reading may hold
 * what several messages announce. So a message explains all that changes in its fields for a while,
 * until another one names the same field, or I change it myself.
 */
export function useMoves(idea: Idea): Moves {
  const me = useMe().did;
  const [told, setTold] = useState(idea);
  const [movers, setMovers] = useState<readonly Mover[]>([]);
  const [moves, setMoves] = useState<readonly FriendMove[]>([]);

  const heard = useCallback((mover: Mover) => {
    setMovers((all) => [...all.slice(1 - SHOWN_MAX), mover]);
  }, []);
  const claim = useCallback(
    (fields: readonly string[]) => {
      heard({ n: 0, who: me, fields });
    },
    [heard, me],
  );

  useLive((message) => {
    if (message.type === "position_updated" && message.data.id === idea.id) {
      const { who, fields = [] } = message.data;
      heard({ n: message.n, who, fields });
    }
  });

  const found = movesOf(movers, told, idea);
  if (found.length > 0) {
    const said = new Set<string>(found.map(({ field }) => field));
    setTold(toldOf(told, idea, said));
    const others = found.filter(({ who }) => who !== me);
    if (others.length > 0) {
      setMoves([...moves.filter(({ field }) => !said.has(field)), ...others].slice(-SHOWN_MAX));
    }
  }

  useEffect(() => {
    if (movers.length === 0) {
      return undefined;
    }
    const timer = window.setTimeout(() => {
      setMovers([]);
    }, EXPLAINS_MS);
    return () => {
      window.clearTimeout(timer);
    };
  }, [movers]);

  useEffect(() => {
    if (moves.length === 0) {
      return undefined;
    }
    const timer = window.setTimeout(() => {
      setMoves([]);
    }, SHOWN_MS);
    return () => {
      window.clearTimeout(timer);
    };
  }, [moves]);
  return { moves, claim };
}
