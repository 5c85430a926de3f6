/** Sharing a position, changing a role, taking it back. */

import { useChange } from "../../api/change";
import { api, data } from "../../api/client";
import { keys } from "../../api/queries";
import type { Share, ShareIn } from "../../api/types";
import { useWords } from "../../i18n";

export type Role = NonNullable<ShareIn["role"]>;

export interface Terms {
  readonly role: Role;
  readonly amounts: boolean;
  /** How much of it they see without the amounts: percent and R alone, or quantities too. */
  readonly detail?: "percent" | "quantities";
  /** When it ends by itself. */
  readonly until?: string;
}

/** What is sent: amounts say it all, so no detail stands beside them. */
function sentOf({ role, amounts, detail, until }: Terms) {
  return {
    role,
    amounts,
    ...(!amounts && detail !== undefined && { detail }),
    ...(until !== undefined && { until }),
  };
}

export function useShares(position: string) {
  const words = useWords();
  const key = keys.shares(position);
  const path = (did: string) => ({ path: { id: position, did } });

  const share = useChange<{ dids: readonly string[]; names: string; terms: Terms }, Share[]>({
    send: async ({ dids, terms }) =>
      (
        await data(
          api.POST("/api/v1/positions/{id}/share", {
            params: { path: { id: position } },
            body: { friend_ids: [...dids], ...sentOf(terms) },
          }),
        )
      ).items,
    keep: (cache, items) => {
      cache.setQueryData(key, items);
    },
    stale: () => [keys.given],
    said: ({ names }) => ({ message: words.share.shared(names) }),
  });
  const change = useChange<{ did: string; terms: Terms }, Share>({
    send: ({ did, terms }) => data(api.PUT("/api/v1/positions/{id}/share/{did}", { params: path(did), body: sentOf(terms) })),
    touches: () => [key],
    show: (cache, { did, terms }) => {
      cache.setQueryData<Share[]>(key, (all) => all?.map((each) => (each.did === did ? { ...each, ...sentOf(terms) } : each)));
    },
    stale: () => [key, keys.given],
  });
  const revoke = useChange<{ did: string; name: string }, unknown>({
    send: ({ did }) => data(api.DELETE("/api/v1/positions/{id}/share/{did}", { params: path(did) })),
    touches: () => [key],
    show: (cache, { did }) => {
      cache.setQueryData<Share[]>(key, (all) => all?.map((each) => (each.did === did ? { ...each, role: "none" } : each)));
    },
    stale: () => [key, keys.given],
    said: ({ name }) => ({ message: words.share.revoked(name) }),
  });
  return { share, change, revoke };
}
