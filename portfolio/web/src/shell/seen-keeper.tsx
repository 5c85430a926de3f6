/** Marks the idea on screen as looked at, and moves the planner's mark along behind it. */

import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { useMatch } from "react-router";
import { api, data } from "../api/client";
import { keys, queries } from "../api/queries";
import { isUnread, readableTo, useSeen } from "../lib/seen";

const PAUSE_MS = 400; // a burst of messages is one move of the mark

function watchVisibility(tell: () => void): () => void {
  document.addEventListener("visibilitychange", tell);
  return () => {
    document.removeEventListener("visibilitychange", tell);
  };
}

export function SeenKeeper(): null {
  const id = useMatch("/ideas/:id")?.params.id;
  const visible = useSyncExternalStore(watchVisibility, () => !document.hidden);
  const cache = useQueryClient();
  const { seen, look } = useSeen();
  const { data: found, hasNextPage } = useInfiniteQuery(queries.notifications());
  const items = found?.pages.flatMap((page) => page.items) ?? [];
  const isNews = id !== undefined && items.some((item) => item.position_id === id && isUnread(item, seen));
  useEffect(() => {
    if (visible && id !== undefined && isNews) {
      look(id);
    }
  }, [visible, id, isNews, look]);

  const to = readableTo(items, seen, !hasNextPage);
  useEffect(() => {
    if (to === null) {
      return undefined;
    }
    const timer = window.setTimeout(() => {
      data(api.PATCH("/api/v1/notifications", { body: { read_to: to } }))
        .then(() => cache.invalidateQueries({ queryKey: keys.notifications }))
        .catch(() => undefined); // the next look tries again
    }, PAUSE_MS);
    return () => {
      window.clearTimeout(timer);
    };
  }, [to, cache]);
  return null;
}
