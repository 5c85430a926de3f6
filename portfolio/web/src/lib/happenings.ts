/** What happened, made ready to be read: by day, and steps of one move as one move. */

import type { FieldChange, Happening } from "../api/types";
import { localDay } from "./time";

export type Topic = "ideas" | "comments" | "shares" | "friends";

const TOPICS: Readonly<Record<string, Topic>> = {
  changed: "ideas",
  commented: "comments",
  shared: "shares",
  joined: "shares",
  left: "shares",
  revoked: "shares",
  forked: "shares",
  near_entry: "ideas",
  near_stop: "ideas",
  near_target: "ideas",
};
const ONE_MOVE_MS = 10 * 60_000;

export function topicOf({ type }: Happening): Topic {
  return TOPICS[type] ?? "friends";
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The earlier changes and then the later ones, as one; a value that came back did not change. */
export function joined(earlier: readonly FieldChange[], later: readonly FieldChange[]): FieldChange[] {
  const fields = new Map(earlier.map((change) => [change.field, change]));
  for (const change of later) {
    const before = fields.get(change.field);
    fields.set(change.field, before === undefined ? change : { ...change, from: before.from });
  }
  return [...fields.values()].filter(({ from, to }) => !same(from, to));
}

/**
 * Joins changes that one person made to one position within ten minutes, newest first in and out.
 * `apart` keeps two of them as they are: one is read and the other is not, for example.
 */
export function condensed<T extends Happening>(items: readonly T[], apart: (newer: T, older: T) => boolean): T[] {
  const shown: T[] = [];
  for (const item of items) {
    const newer = shown.at(-1);
    const fits =
      newer?.changes !== undefined &&
      item.changes !== undefined &&
      newer.type === item.type &&
      newer.type === "changed" &&
      newer.who === item.who &&
      newer.position_id === item.position_id &&
      Date.parse(newer.at) - Date.parse(item.at) <= ONE_MOVE_MS &&
      !apart(newer, item);
    if (fits) {
      shown[shown.length - 1] = { ...newer, changes: joined(item.changes ?? [], newer.changes ?? []) };
    } else {
      shown.push(item);
    }
  }
  return shown.filter(({ changes }) => changes === undefined || changes.length > 0);
}

export interface Day<T> {
  readonly day: string;
  readonly items: readonly T[];
}

/** In groups of one calendar day where this person is; the order stays. */
export function byDay<T extends { at: string }>(items: readonly T[]): Day<T>[] {
  const days: { day: string; items: T[] }[] = [];
  for (const item of items) {
    const day = localDay(item.at);
    const last = days.at(-1);
    if (last?.day === day) {
      last.items.push(item);
    } else {
      days.push({ day, items: [item] });
    }
  }
  return days;
}
