/** Sharing a position, changing a role, taking it back. */

import { useChange } from "../../api/change";
import { api, data } from "../../api/client";
import { keys } from "../../api/queries";
import type { Share, ShareIn, Standing } from "../../api/types";
import { useWords } from "../../i18n";
import { whatOf, type Subject } from "./subject";

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

/** Sharing with several friends at once: all of it or nothing. */
export function useGive(subject: Subject) {
  const words = useWords();
  return useChange<{ dids: readonly string[]; names: string; terms: Terms }, unknown>({
    send: ({ dids, terms }) =>
      data(api.POST("/api/v1/shares", { body: { friend_ids: [...dids], what: whatOf(subject), ...sentOf(terms) } })),
    stale: () => [keys.given, keys.following, ...(subject.kind === "position" ? [keys.shares(subject.position.id)] : [])],
    said: ({ names }) => ({ message: words.share.shared(names) }),
  });
}

/** Ending a share that follows, with all that it gave. */
export function useEndFollowing() {
  const words = useWords();
  return useChange<{ id: string; name: string }, unknown>({
    send: ({ id }) => data(api.DELETE("/api/v1/shares/following/{id}", { params: { path: { id } } })),
    touches: () => [keys.following],
    show: (cache, { id }) => {
      cache.setQueryData<Standing[]>(keys.following, (all) => all?.filter((each) => each.id !== id));
    },
    stale: () => [keys.following, keys.given],
    said: ({ name }) => ({ message: words.share.revoked(name) }),
  });
}

export function useShares(position: string) {
  const words = useWords();
  const key = keys.shares(position);
  const path = (did: string) => ({ path: { id: position, did } });

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
  return { change, revoke };
}
