/**
 * What a live message means for what the page has read: the one table of them all.
 *
 * A changed position is read again by itself and put into the lists that hold it; nothing else
 * moves. A burst of messages about one thing reads it once at its start and once at its end. After
 * `resync` everything on screen is read again.
 */

import type { QueryClient, QueryKey } from "@tanstack/react-query";
import { api, data } from "./client";
import { isProblem } from "./problem";
import { keys } from "./queries";
import type { Friend, Holding, Idea, LiveData, LiveMessage, LiveType, Position } from "./types";

type Effect<D> = (cache: QueryClient, data: D, me: string) => unknown;

/** What is being read now, and whether it changed once more meanwhile. */
const reading = new WeakMap<QueryClient, Map<string, { stale: boolean }>>();

function onceMore(cache: QueryClient, name: string, read: () => Promise<unknown>): void {
  const running = reading.get(cache) ?? new Map<string, { stale: boolean }>();
  reading.set(cache, running);
  const before = running.get(name);
  if (before !== undefined) {
    before.stale = true;
    return;
  }
  const turn = { stale: false };
  running.set(name, turn);
  void read()
    .catch(() => undefined) // the query keeps its own error
    .finally(() => {
      running.delete(name);
      if (turn.stale) {
        onceMore(cache, name, read);
      }
    });
}

function again(cache: QueryClient, ...which: QueryKey[]): void {
  for (const queryKey of which) {
    onceMore(cache, JSON.stringify(queryKey), () => cache.invalidateQueries({ queryKey }));
  }
}

function listOf(position: Position): QueryKey {
  return position.kind === "idea" ? keys.ideas : keys.holdings;
}

function singleOf(position: Position): QueryKey {
  return position.kind === "idea" ? keys.idea(position.id) : keys.holding(position.id);
}

/** Puts a position into the caches that hold it; the newest first, as the API lists them. */
export function putPosition(cache: QueryClient, position: Position): void {
  cache.setQueryData(singleOf(position), position);
  cache.setQueryData(listOf(position), (list: Position[] | undefined) => {
    if (list === undefined) {
      return list;
    }
    const here = list.some((each) => each.id === position.id);
    return here
      ? list.map((each) => (each.id === position.id ? position : each))
      : [...list, position].sort((a, b) => (a.id < b.id ? 1 : -1));
  });
}

/** Takes a position out of the lists; its own screen finds out by reading it again. */
export function dropPosition(cache: QueryClient, id: string): void {
  const without = <T extends Position>(list: T[] | undefined) => list?.filter((each) => each.id !== id);
  cache.setQueryData<Idea[]>(keys.ideas, without);
  cache.setQueryData<Holding[]>(keys.holdings, without);
  again(cache, keys.idea(id), keys.holding(id), keys.comments(id), keys.shares(id), keys.history(id));
}

function readPosition(cache: QueryClient, id: string): void {
  onceMore(cache, `position ${id}`, () => fetchPosition(cache, id));
}

async function fetchPosition(cache: QueryClient, id: string): Promise<void> {
  try {
    const path = { params: { path: { id } } };
    const position = await data(api.GET("/api/v1/positions/{id}", path));
    putPosition(cache, position);
    if (position.kind === "holding") {
      again(cache, keys.holdings, keys.transactions, keys.sample, keys.portfolio); // weights of all others move with it
    }
  } catch (error) {
    if (isProblem(error, "not-found")) {
      dropPosition(cache, id);
    } else {
      again(cache, keys.ideas, keys.holdings, keys.idea(id), keys.holding(id));
    }
  }
}

const comment: Effect<LiveData["comment_added"]> = (cache, { position_id: id }) => {
  again(cache, keys.comments(id), keys.shares(id), keys.feed);
};

const friend: Effect<LiveData["friend_added"]> = (cache) => {
  again(cache, keys.friends, keys.invites, keys.nearby, keys.feed);
};

const presence =
  (online: boolean): Effect<LiveData["friend_online"]> =>
  (cache, { id }) =>
    cache.setQueryData<Friend[]>(keys.friends, (list) =>
      list?.map((each) =>
        each.did === id ? { ...each, online, last_contact: new Date().toISOString() } : each,
      ),
    );

const EFFECTS: { readonly [T in LiveType]: Effect<LiveData[T]> } = {
  hello: () => undefined,
  position_shared: (cache, { id, did }, me) => {
    if (did === me) {
      readPosition(cache, id);
    }
    again(cache, keys.shares(id), keys.given, keys.feed);
  },
  position_updated: (cache, { id }) => {
    readPosition(cache, id);
    again(cache, keys.history(id), keys.shares(id), keys.given, keys.feed); // copies lag behind again
  },
  share_revoked: (cache, { id, did }, me) => {
    if (did === me) {
      dropPosition(cache, id);
    }
    again(cache, keys.shares(id), keys.given, keys.feed);
  },
  comment_added: comment,
  comment_edited: comment,
  comment_deleted: comment,
  delivery_changed: (cache, { id }) => {
    again(cache, keys.shares(id), keys.given);
  },
  friend_requested: friend,
  friend_added: friend,
  friend_removed: (cache, data, me) => {
    friend(cache, data, me);
    again(cache, keys.ideas, keys.holdings, keys.given);
  },
  friend_online: presence(true),
  friend_offline: presence(false),
  notification: (cache) => {
    again(cache, keys.notifications);
  },
  sync_gap: (cache, { id, known, missing, unknown = 0, forked = [] }) => {
    const complete = { known, missing, unknown, forked };
    const patched = <T extends Position>(one: T) => (one.id === id ? { ...one, complete } : one);
    cache.setQueryData<Idea>(keys.idea(id), (one) => one && patched(one));
    cache.setQueryData<Holding>(keys.holding(id), (one) => one && patched(one));
    cache.setQueryData<Idea[]>(keys.ideas, (list) => list?.map(patched));
    cache.setQueryData<Holding[]>(keys.holdings, (list) => list?.map(patched));
  },
  directory_state: (cache) => {
    again(cache, keys.health);
  },
  resync: (cache) => cache.invalidateQueries(),
};

export function applyLive(cache: QueryClient, message: LiveMessage, me: string): void {
  const effect = EFFECTS[message.type] as Effect<unknown> | undefined; // a newer planner may say more
  effect?.(cache, message.data, me);
}
