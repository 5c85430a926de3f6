/**
 * What a live message means for what the page has read: the one table of them all.
 *
 * A changed position is read again by itself and put into the lists that hold it; nothing else
 * moves. A comment is read by itself as well. What somebody looks at comes first: badges, the feed and
 * who has what are read a moment later. A burst of messages about one thing reads it once at its
 * start and once at its end. After `resync` everything on screen is read again.
 */

import type { QueryClient, QueryKey } from "@tanstack/react-query";
import { api, data } from "./client";
import { ProblemError, isProblem } from "./problem";
import { keys } from "./queries";
import type { Comment, Friend, Holding, Idea, LiveData, LiveMessage, LiveType, Position } from "./types";

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

export const LATER_MS = 40;
const waiting = new WeakMap<QueryClient, Set<string>>();

/** Reads again what is beside the thing itself, when that has had its turn. */
function later(cache: QueryClient, ...which: QueryKey[]): void {
  const planned = waiting.get(cache) ?? new Set<string>();
  waiting.set(cache, planned);
  for (const queryKey of which) {
    const name = JSON.stringify(queryKey);
    if (!planned.has(name)) {
      planned.add(name);
      setTimeout(() => {
        planned.delete(name);
        again(cache, queryKey);
      }, LATER_MS);
    }
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
  going.get(cache)?.delete(position.id);
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

const SETTLE_MS = 2_000;
/** Positions that this page is taking away: what is still said about them is no reason to read them. */
const going = new WeakMap<QueryClient, Set<string>>();

/** Makes the call that takes a position away; until its echo has passed, nothing of it is read. */
export async function takingAway<T>(cache: QueryClient, id: string, call: () => Promise<T>): Promise<T> {
  const all = going.get(cache) ?? new Set<string>();
  going.set(cache, all.add(id));
  try {
    const answer = await call();
    setTimeout(() => all.delete(id), SETTLE_MS);
    return answer;
  } catch (error) {
    all.delete(id);
    throw error;
  }
}

function isGoing(cache: QueryClient, said: object): boolean {
  const { id = "", position_id: position = "" } = said as { id?: string; position_id?: string };
  const all = going.get(cache);
  return all !== undefined && (all.has(id) || all.has(position));
}

/** A question whose answer is known: it is not here. Asking would only fill the console with 404. */
function isGone(cache: QueryClient, queryKey: QueryKey): void {
  const gone = new ProblemError(404, { type: "not-found" });
  cache.getQueryCache().find({ queryKey })?.setState({ data: undefined, error: gone, status: "error", fetchStatus: "idle" });
}

/** Takes a position out of the lists, and says on its own screen that it is gone. */
export function dropPosition(cache: QueryClient, id: string): void {
  const without = <T extends Position>(list: T[] | undefined) => list?.filter((each) => each.id !== id);
  cache.setQueryData<Idea[]>(keys.ideas, without);
  cache.setQueryData<Holding[]>(keys.holdings, without);
  for (const of of [keys.idea, keys.holding, keys.comments, keys.shares, keys.history]) {
    isGone(cache, of(id));
  }
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

/** Puts a comment into its conversation, if that has been read; a new one comes last. */
function putComment(cache: QueryClient, position: string, comment: Comment): void {
  cache.setQueryData<Comment[]>(keys.comments(position), (all) => {
    const here = all?.some(({ id }) => id === comment.id) === true;
    return here ? all.map((each) => (each.id === comment.id ? comment : each)) : all && [...all, comment];
  });
}

async function fetchComment(cache: QueryClient, position: string, id: string): Promise<void> {
  try {
    const path = { params: { path: { id: position, comment_id: id } } };
    putComment(cache, position, await data(api.GET("/api/v1/positions/{id}/comments/{comment_id}", path)));
  } catch {
    again(cache, keys.comments(position)); // it is gone again, or could not be read
  }
}

const commentAdded: Effect<LiveData["comment_added"]> = (cache, message, me) => {
  const { id, who, position_id: position } = message;
  if (who !== me) {
    commentEdited(cache, message, me);
    return;
  }
  // The answer to my writing puts it there; only another window of mine has to read it.
  setTimeout(() => {
    if (cache.getQueryData<Comment[]>(keys.comments(position))?.some((one) => one.id === id) !== true) {
      commentEdited(cache, message, me);
    }
  }, LATER_MS);
  later(cache, keys.shares(position), keys.feed);
};

const commentEdited: Effect<LiveData["comment_edited"]> = (cache, { id, position_id: position }) => {
  const conversation = keys.comments(position);
  if (cache.getQueryState(conversation)?.fetchStatus === "fetching") {
    again(cache, conversation); // what is on its way may be older than this
  } else if (cache.getQueryData(conversation) !== undefined) {
    onceMore(cache, `comment ${id}`, () => fetchComment(cache, position, id));
  }
  later(cache, keys.shares(position), keys.feed);
};

const commentDeleted: Effect<LiveData["comment_deleted"]> = (cache, { id, position_id: position }) => {
  const conversation = keys.comments(position);
  if (cache.getQueryState(conversation)?.fetchStatus === "fetching") {
    again(cache, conversation);
  }
  cache.setQueryData<Comment[]>(conversation, (all) => all?.filter((each) => each.id !== id));
  later(cache, keys.shares(position), keys.feed);
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
    later(cache, keys.history(id), keys.shares(id), keys.given, keys.feed); // copies lag behind again
  },
  share_revoked: (cache, { id, did }, me) => {
    if (did === me) {
      dropPosition(cache, id);
    }
    again(cache, keys.shares(id), keys.given, keys.feed);
  },
  comment_added: commentAdded,
  comment_edited: commentEdited,
  comment_deleted: commentDeleted,
  delivery_changed: (cache, { id }) => {
    later(cache, keys.shares(id), keys.given);
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
    later(cache, keys.notifications);
  },
  prices_changed: (cache) => {
    again(cache, keys.prices, keys.holdings, keys.ideas, keys.portfolio, keys.instruments);
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
  if (isGoing(cache, message.data)) {
    later(cache, keys.given, keys.feed);
  } else {
    effect?.(cache, message.data, me);
  }
}
