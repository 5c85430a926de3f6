/**
 * What this person has looked at: a friend's idea that was opened is no news any more.
 *
 * The planner remembers one mark, up to which all notifications are read. What was opened out of
 * turn is remembered in this browser until the mark has passed it.
 */

import { useCallback, useMemo } from "react";
import type { Notification } from "../api/types";
import { readStored, useStored, writeStored } from "./stored";

/** When each position was last looked at. */
export type Seen = Readonly<Record<string, string>>;

const KEY = "seen";
const KEPT_MAX = 500;

export function readSeen(text: string | null): Seen {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Seen) : {};
  } catch {
    return {};
  }
}

/** With one more look; the oldest are forgotten. */
export function withLook(seen: Seen, id: string, at: string): Seen {
  const before = Object.entries(seen).filter(([each]) => each !== id);
  const newest = before.sort(([, a], [, b]) => (a < b ? 1 : -1)).slice(0, KEPT_MAX - 1);
  return Object.fromEntries([[id, at], ...newest]);
}

export function isUnread({ read, position_id: id, at }: Notification, seen: Seen): boolean {
  return !read && !(id !== null && Date.parse(seen[id] ?? "") >= Date.parse(at));
}

/** What is unread of each position, the newest first. */
export function unreadOf(items: readonly Notification[], seen: Seen): ReadonlyMap<string, readonly Notification[]> {
  const found = new Map<string, Notification[]>();
  for (const item of items) {
    if (item.position_id !== null && isUnread(item, seen)) {
      found.set(item.position_id, [...(found.get(item.position_id) ?? []), item]);
    }
  }
  return found;
}

/**
 * The notification up to which the planner's mark may move: nothing older is unread. `items` are
 * the newest ones; with `complete` there are no others.
 */
export function readableTo(items: readonly Notification[], seen: Seen, complete: boolean): string | null {
  const marked = items.findIndex(({ read }) => read);
  if (marked < 0 && !complete) {
    return null;
  }
  let to: string | null = null;
  for (const item of items.slice(0, marked < 0 ? items.length : marked).reverse()) {
    if (isUnread(item, seen)) {
      break;
    }
    to = item.id;
  }
  return to;
}

export function useSeen(): { seen: Seen; look: (id: string) => void } {
  const [text] = useStored(KEY);
  const seen = useMemo(() => readSeen(text), [text]);
  const look = useCallback((id: string) => {
    writeStored(KEY, JSON.stringify(withLook(readSeen(readStored(KEY)), id, new Date().toISOString())));
  }, []);
  return { seen, look };
}
