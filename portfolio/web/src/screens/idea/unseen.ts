/**
 * How far somebody has read the comments of an idea in this browser: what came later is new.
 *
 * Comments are listed in the order in which they arrived here, so the last one seen is enough; a few
 * before it are kept too, for when that one is deleted.
 */

import { readStored, writeStored } from "../../lib/stored";

const KEPT = 8;

interface Arrived {
  readonly id: string;
  readonly author: string;
}

const key = (idea: string): string => `comments.${idea}`;

/** The last comments that were there, in the order in which they arrived; null when it was never open here. */
export function readMark(idea: string): readonly string[] | null {
  return readStored(key(idea))?.split(" ").filter(Boolean) ?? null;
}

export function writeMark(idea: string, comments: readonly Arrived[]): void {
  const last = comments.slice(-KEPT).map(({ id }) => id);
  writeStored(key(idea), last.join(" "));
}

/** The comments of others that arrived after the last one seen; all of theirs where it was never open. */
export function unseen(comments: readonly Arrived[], mark: readonly string[] | null, me: string): ReadonlySet<string> {
  const last = comments.findLastIndex(({ id }) => mark?.includes(id) === true);
  const lost = mark !== null && mark.length > 0 && last < 0;
  const later = lost ? [] : comments.slice(last + 1);
  return new Set(later.filter(({ author }) => author !== me).map(({ id }) => id));
}
