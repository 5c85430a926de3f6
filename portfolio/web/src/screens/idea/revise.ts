/**
 * Changing an idea: shown at once, sent with the version it was read in, and taken back when the
 * planner refuses.
 *
 * Somebody else's change to another field is no reason to refuse mine: the change is sent again over
 * theirs. Only when they changed the very field does a person have to choose.
 */

import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { useChange } from "../../api/change";
import { api, data } from "../../api/client";
import { putPosition } from "../../api/effects";
import { isProblem } from "../../api/problem";
import { keys } from "../../api/queries";
import type { Idea, IdeaPatch } from "../../api/types";
import { ifMatch } from "../../api/versions";
import { useToasts, type Said } from "../../ui/toasts";

export type Field = keyof IdeaPatch & keyof Idea;
/** Text, a number, a list of either, or an object such as a rule for the size. */
export type Value = string | number | readonly unknown[] | object | null | undefined;

/** Two people wrote one field: mine has not been sent, theirs stands. */
export interface Clash {
  readonly field: Field;
  readonly mine: Value;
  readonly theirs: Value;
}

interface Revision {
  /** The idea as it was when the person began to write. */
  readonly base: Idea;
  readonly patch: IdeaPatch;
  readonly said?: Said;
}

/** The planner holds something else than what this change was written over. */
export class ClashError extends Error {
  readonly now: Idea;
  readonly clashes: readonly Clash[];

  constructor(now: Idea, clashes: readonly Clash[]) {
    super("changed meanwhile");
    this.now = now;
    this.clashes = clashes;
  }
}

export const sameValue = (a: Value, b: Value): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** The fields of a patch that stand otherwise now than where it was written over, and otherwise than it says. */
export function clashesOf(base: Idea, now: Idea, patch: IdeaPatch): Clash[] {
  return (Object.keys(patch) as Field[])
    .filter((field) => !sameValue(now[field], base[field]) && !sameValue(now[field], patch[field]))
    .map((field) => ({ field, mine: patch[field], theirs: now[field] }));
}

const path = (id: string) => ({ path: { id } });

async function patchIdea({ id }: Idea, patch: IdeaPatch): Promise<Idea> {
  return data(
    api.PATCH("/api/v1/positions/ideas/{id}", { params: { ...path(id), header: ifMatch(id) }, body: patch }),
  );
}

async function send({ base, patch }: Revision): Promise<Idea> {
  try {
    return await patchIdea(base, patch);
  } catch (error) {
    if (!isProblem(error, "changed-meanwhile")) {
      throw error;
    }
  }
  const now = await data(api.GET("/api/v1/positions/ideas/{id}", { params: path(base.id) }));
  const clashes = clashesOf(base, now, patch);
  if (clashes.length > 0) {
    throw new ClashError(now, clashes);
  }
  return patchIdea(base, patch);
}

/** The fields of a patch as they stand in an idea, to put them back. */
export function inverse(base: Idea, patch: IdeaPatch): IdeaPatch {
  return Object.fromEntries((Object.keys(patch) as Field[]).map((field) => [field, base[field] ?? null]));
}

function latest(cache: QueryClient, idea: Idea): Idea {
  return cache.getQueryData<Idea>(keys.idea(idea.id)) ?? idea;
}

export interface Reviser {
  /** Changes fields; `base` is the idea as it was when the person began to write. */
  readonly revise: (patch: IdeaPatch, base: Idea, said?: Said) => void;
  readonly clashes: readonly Clash[];
  readonly settle: (clash: Clash, value: "mine" | "theirs") => void;
}

export function useReviser(idea: Idea): Reviser {
  const cache = useQueryClient();
  const toasts = useToasts();
  const [clashes, setClashes] = useState<readonly Clash[]>([]);
  const add = useCallback((found: readonly Clash[]) => {
    setClashes((before) => [...before.filter(({ field }) => !found.some((one) => one.field === field)), ...found]);
  }, []);
  const change = useChange<Revision, Idea>({
    send,
    quiet: true,
    touches: ({ base }) => [keys.idea(base.id), keys.ideas],
    show: (queries, { base, patch }) => {
      putPosition(queries, { ...latest(queries, base), ...patch } as Idea);
    },
    keep: putPosition,
    stale: ({ base }) => [keys.history(base.id)],
    said: ({ said }) => said,
  });
  const { mutate } = change;

  const revise = useCallback(
    (patch: IdeaPatch, base: Idea, said?: Said) => {
      const found = clashesOf(base, latest(cache, base), patch);
      if (found.length > 0) {
        add(found);
        return;
      }
      mutate(
        { base, patch, ...(said === undefined ? {} : { said }) },
        {
          onError: (error) => {
            if (error instanceof ClashError) {
              putPosition(cache, error.now);
              add(error.clashes);
            } else {
              toasts.refused(error, true);
            }
          },
        },
      );
    },
    [cache, mutate, add, toasts],
  );

  const settle = (clash: Clash, value: "mine" | "theirs") => {
    setClashes((before) => before.filter((each) => each !== clash));
    if (value === "mine") {
      revise({ [clash.field]: clash.mine }, latest(cache, idea));
    }
  };
  return { revise, clashes, settle };
}
