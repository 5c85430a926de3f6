/** Taking a write back by its name, wherever it was made; everything on screen is read again then. */

import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useWords } from "../i18n";
import { useToasts } from "../ui/toasts";
import { api, data } from "./client";
import type { Undone } from "./types";

export type Undo = (write: string) => Promise<Undone>;

/** Says who had received it already: they were told that it is taken back. */
export function useUndo(): Undo {
  const words = useWords().changes;
  const cache = useQueryClient();
  const toasts = useToasts();
  return useCallback(
    async (write) => {
      const done = await data(api.POST("/api/v1/undo/{id}", { params: { path: { id: write } } }));
      await cache.invalidateQueries();
      const names = done.had.map(({ name }) => name).filter(Boolean);
      toasts.say({ message: names.length === 0 ? words.undone : words.undoneOf(names.join(", ")) });
      return done;
    },
    [cache, toasts, words],
  );
}

/** For `said`: the way back, where there is one. */
export function wayBack(undo: Undo, write: string | null): { undo?: () => Promise<unknown> } {
  return write === null ? {} : { undo: () => undo(write) };
}
