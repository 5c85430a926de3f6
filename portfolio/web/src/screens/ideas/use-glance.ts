/** What a list of ideas shows beside each: with whom it is shared, and whether something is new in it. */

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { queries } from "../../api/queries";
import { unreadOf, useSeen } from "../../lib/seen";

export interface Glance {
  readonly sharedWith: (id: string) => readonly string[];
  readonly isFresh: (id: string) => boolean;
}

const NOBODY: readonly string[] = [];

export function useGlance(): Glance {
  const given = useQuery(queries.given()).data;
  const notifications = useInfiniteQuery(queries.notifications()).data;
  const { seen } = useSeen();
  return useMemo(() => {
    const holders = new Map<string, string[]>();
    for (const { position_id: id, did, role } of given ?? []) {
      if (role !== "none") {
        holders.set(id, [...(holders.get(id) ?? []), did]);
      }
    }
    const unread = unreadOf(notifications?.pages.flatMap((page) => page.items) ?? [], seen);
    return {
      sharedWith: (id) => holders.get(id) ?? NOBODY,
      isFresh: (id) => unread.has(id),
    };
  }, [given, notifications, seen]);
}
