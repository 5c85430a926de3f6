/** What friends move while one looks: kept for a moment, to show it and to say it. */

import { useEffect, useState } from "react";
import { useLive, useMe } from "../../api/session";
import type { Idea } from "../../api/types";
import { movesBetween, type Move } from "./moves";

export interface FriendMove extends Move {
  readonly n: number;
  readonly who: string;
}

const SHOWN_MS = 15_000;
const SHOWN_MAX = 4;

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

/** The latest moves of others, the newest last; each stays for fifteen seconds. */
export function useMoves(idea: Idea): readonly FriendMove[] {
  const me = useMe().did;
  const [before, setBefore] = useState(idea);
  const [movers, setMovers] = useState<readonly Mover[]>([]);
  const [moves, setMoves] = useState<readonly FriendMove[]>([]);

  useLive((message) => {
    if (message.type === "position_updated" && message.data.id === idea.id && message.data.who !== me) {
      const { who, fields = [] } = message.data;
      setMovers((all) => [...all.slice(1 - SHOWN_MAX), { n: message.n, who, fields }]);
    }
  });

  // The message comes first, what it is about is read after it.
  if (before !== idea) {
    setBefore(idea);
    const found = movesOf(movers, before, idea);
    if (found.length > 0) {
      const said = new Set(found.map(({ field }) => field));
      setMoves([...moves.filter(({ field }) => !said.has(field)), ...found].slice(-SHOWN_MAX));
      setMovers([]);
    }
  }

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
  return moves;
}
