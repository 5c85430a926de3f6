/** Who moved what from where to where: the difference between two versions of an idea, level by level. */

import type { Idea } from "../../api/types";
import { sameValue, type Field, type Value } from "./revise";

export interface Move {
  readonly field: Field;
  /** Which of the targets, from 1; null for all of them and for other fields. */
  readonly target: number | null;
  readonly from: Value;
  readonly to: Value;
}

/** Fields that a person sees on the screen of an idea. */
const SHOWN: readonly Field[] = [
  "symbol",
  "side",
  "entry_type",
  "entry",
  "entry_to",
  "stop",
  "targets",
  "portions",
  "size",
  "sizing",
  "fee",
  "legs",
  "account",
  "currency",
  "conviction",
  "horizon",
  "tags",
  "state",
  "thesis",
];

export function isShown(field: string): field is Field {
  return SHOWN.some((each) => each === field);
}

/** The differences in the named fields. One target that moved is named by its number. */
export function movesBetween(before: Idea, after: Idea, fields: readonly string[]): Move[] {
  return fields.filter(isShown).flatMap((field): Move[] => {
    const [from, to] = [before[field] as Value, after[field] as Value];
    return sameValue(from, to) ? [] : [moved(field, from, to)];
  });
}

/** One change of a field, with the number of the target if just one moved. */
export function moved(field: Field, from: Value, to: Value): Move {
  if (field === "targets" && Array.isArray(from) && Array.isArray(to) && from.length === to.length) {
    const different = to.map((_, index) => index).filter((index) => from[index] !== to[index]);
    const [only] = different;
    if (different.length === 1 && only !== undefined) {
      return { field, target: only + 1, from: from[only] as string, to: to[only] as string };
    }
  }
  return { field, target: null, from, to };
}
