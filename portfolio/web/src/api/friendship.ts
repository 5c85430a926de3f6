/** What can be done about a friend: shown at once, taken back with the reason when refused. */

import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useWords } from "../i18n";
import { useChange } from "./change";
import { api, data } from "./client";
import { keys } from "./queries";
import type { Friend, FriendPatch, GivenShare, Share } from "./types";

const AROUND_A_FRIEND = [keys.friends, keys.given, keys.ideas, keys.holdings, keys.feed, keys.nearby] as const;

function putFriend(cache: QueryClient, friend: Friend): void {
  cache.setQueryData<Friend[]>(keys.friends, (list) =>
    list?.map((each) => (each.did === friend.did ? friend : each)),
  );
}

function dropFriend(cache: QueryClient, did: string): void {
  cache.setQueryData<Friend[]>(keys.friends, (list) => list?.filter((each) => each.did !== did));
}

function patch(did: string, body: FriendPatch): Promise<Friend> {
  return data(api.PATCH("/api/v1/friends/{did}", { params: { path: { did } }, body }));
}

/** Renames, or notes that the safety number was compared. */
export function useChangeFriend() {
  const words = useWords();
  const here = useQueryClient();
  return useChange<{ friend: Friend; to: { name?: string; verified?: boolean } }, Friend>({
    send: ({ friend, to }) => patch(friend.did, to),
    touches: () => [keys.friends],
    show: (cache, { friend, to }) => {
      putFriend(cache, { ...friend, ...to });
    },
    keep: putFriend,
    said: ({ friend, to }) =>
      to.name === undefined
        ? undefined
        : {
            message: words.friends.detail.renamed(to.name),
            undo: async () => {
              putFriend(here, await patch(friend.did, { name: friend.name })); // no live message tells of a name
            },
          },
  });
}

/** Accepts or declines a request; for a changed key: goes on, or ends it. */
export function useAnswer() {
  const { accepted, declined } = useWords().friends;
  const { changedDone } = useWords().friends.detail;
  return useChange<{ friend: Friend; state: "friend" | "declined" }, Friend>({
    send: ({ friend, state }) => patch(friend.did, { state }),
    touches: () => [keys.friends],
    show: (cache, { friend, state }) => {
      if (state === "friend") {
        putFriend(cache, { ...friend, state });
      } else {
        dropFriend(cache, friend.did);
      }
    },
    stale: () => AROUND_A_FRIEND,
    said: ({ friend: { name, state: before }, state }) => ({
      message: state === "declined" ? declined(name) : before === "key_changed" ? changedDone(name) : accepted(name),
    }),
  });
}

export function useBlock() {
  const words = useWords();
  return useChange<Friend, Friend>({
    send: ({ did }) => patch(did, { state: "blocked" }),
    touches: () => [keys.friends, keys.given],
    show: (cache, friend) => {
      putFriend(cache, { ...friend, state: "blocked" });
    },
    stale: () => AROUND_A_FRIEND,
    said: ({ name }) => ({ message: words.friends.detail.blockDone(name) }),
  });
}

/** Ends a friendship or a request. Without `confirmed` it is refused while something is shared. */
export function useRemove(said: (friend: Friend) => string) {
  return useChange<{ friend: Friend; confirmed: boolean }, undefined>({
    send: ({ friend: { did }, confirmed }) =>
      data(api.DELETE("/api/v1/friends/{did}", { params: { path: { did }, query: { confirm: confirmed } } })),
    keep: (cache, _answer, { friend }) => {
      dropFriend(cache, friend.did);
    },
    stale: () => AROUND_A_FRIEND,
    said: ({ friend }) => ({ message: said(friend) }),
    quiet: true,
  });
}

const shareOf = ({ position_id: id, did }: GivenShare) => ({ params: { path: { id, did } } });

function putShare(share: GivenShare): Promise<Share> {
  const role = share.role === "none" ? "viewer" : share.role;
  const { amounts, detail, until } = share;
  const kept = { amounts, ...(detail !== "amounts" && { detail }), ...(until !== null && { until }) };
  return data(api.PUT("/api/v1/positions/{id}/share/{did}", { ...shareOf(share), body: { role, ...kept } }));
}

export function deleteShare(share: GivenShare): Promise<undefined> {
  return data(api.DELETE("/api/v1/positions/{id}/share/{did}", shareOf(share)));
}

const isOf = (share: GivenShare) => (each: GivenShare) =>
  each.did === share.did && each.position_id === share.position_id;

/** Sets what a friend may do with one position, and whether they see its amounts. */
export function useChangeShare(name: string) {
  const { detail } = useWords().friends;
  return useChange<{ share: GivenShare; to: Partial<Pick<GivenShare, "role" | "amounts">> }, Share>({
    send: ({ share, to }) => putShare({ ...share, ...to }),
    touches: () => [keys.given],
    show: (cache, { share, to }) => {
      const same = isOf(share);
      cache.setQueryData<GivenShare[]>(keys.given, (list) =>
        list?.map((each) => (same(each) ? { ...each, ...to } : each)),
      );
    },
    stale: ({ share }) => [keys.given, keys.shares(share.position_id)],
    said: ({ share }) => ({ message: detail.roleChanged(share.symbol, name), undo: () => putShare(share) }),
  });
}

export function useRevoke(name: string) {
  const { detail } = useWords().friends;
  return useChange<GivenShare, undefined>({
    send: deleteShare,
    touches: () => [keys.given],
    show: (cache, share) => {
      const same = isOf(share);
      cache.setQueryData<GivenShare[]>(keys.given, (list) => list?.filter((each) => !same(each)));
    },
    stale: (share) => [keys.given, keys.shares(share.position_id)],
    said: (share) => ({ message: detail.revoked(share.symbol, name), undo: () => putShare(share) }),
  });
}
