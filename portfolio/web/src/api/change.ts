/**
 * Changes: shown at once, taken back with the reason when the planner refuses, and undoable.
 *
 * ```ts
 * const move = useChange<{ idea: Idea; to: IdeaState }, Idea>({
 *   send: ({ idea, to }) => data(api.POST("…/transition", { params: …, body: { to } })),
 *   show: (cache, { idea, to }) => putPosition(cache, { ...idea, state: to }),
 *   touches: ({ idea }) => [keys.ideas, keys.idea(idea.id)],
 *   keep: (cache, answer) => putPosition(cache, answer),
 *   said: ({ idea, to }) => ({ message: words.ideas.moved(idea.symbol), undo: () => … }),
 * });
 * move.mutate({ idea, to: "ready" });
 * ```
 */

import { useMutation, useQueryClient, type QueryClient, type QueryKey, type UseMutationResult } from "@tanstack/react-query";
import { useToasts, type Said } from "../ui/toasts";

export interface Change<V, R> {
  /** The call to the planner. */
  readonly send: (variables: V) => Promise<R>;
  /** Queries that `show` writes to: put back when the planner refuses. */
  readonly touches?: (variables: V) => readonly QueryKey[];
  /** Shows the change before the planner has answered. */
  readonly show?: (cache: QueryClient, variables: V) => void;
  /** Puts the answer where it is read. */
  readonly keep?: (cache: QueryClient, answer: R, variables: V) => void;
  /** Queries to read again after it went through. */
  readonly stale?: (variables: V, answer: R) => readonly QueryKey[];
  /** A toast after it went through; with `undo`, ten seconds to take it back. */
  readonly said?: (variables: V, answer: R) => Said | undefined;
  /** The form shows the refusal itself: no toast. */
  readonly quiet?: boolean;
}

type Snapshot = readonly (readonly [QueryKey, unknown])[];
export type Changing<V, R> = UseMutationResult<R, Error, V, Snapshot>;

export function useChange<V, R>(change: Change<V, R>): Changing<V, R> {
  const cache = useQueryClient();
  const toasts = useToasts();
  return useMutation<R, Error, V, Snapshot>({
    mutationFn: change.send,
    onMutate: async (variables) => {
      const touched = change.touches?.(variables) ?? [];
      await Promise.all(touched.map((queryKey) => cache.cancelQueries({ queryKey })));
      const before = touched.flatMap((queryKey) => cache.getQueriesData({ queryKey }));
      change.show?.(cache, variables);
      return before;
    },
    onError: (error, _variables, before) => {
      before?.forEach(([queryKey, value]) => cache.setQueryData(queryKey, value));
      if (change.quiet !== true) {
        toasts.refused(error, (before?.length ?? 0) > 0);
      }
    },
    onSuccess: (answer, variables) => {
      change.keep?.(cache, answer, variables);
      for (const queryKey of change.stale?.(variables, answer) ?? []) {
        void cache.invalidateQueries({ queryKey });
      }
      const said = change.said?.(variables, answer);
      if (said !== undefined) {
        toasts.say(said);
      }
    },
  });
}
