/** Who wrote each field last, and when: from the history. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { queries } from "../../api/queries";
import type { Change } from "../../api/types";

export type Authorship = ReadonlyMap<string, Change>;

/** The history comes newest first, so the first one of a field is its last change. */
export function lastChanges(changes: readonly Change[]): Authorship {
  const found = new Map<string, Change>();
  for (const change of changes) {
    if (!found.has(change.field)) {
      found.set(change.field, change);
    }
  }
  return found;
}

export function useAuthorship(id: string): Authorship {
  const { data } = useInfiniteQuery(queries.history(id));
  return useMemo(() => lastChanges(data?.pages.flatMap((page) => page.items) ?? []), [data]);
}
