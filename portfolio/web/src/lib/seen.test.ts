import { describe, expect, it } from "vitest";
import type { Notification } from "../api/types";
import { isUnread, readSeen, readableTo, unreadOf, withLook } from "./seen";

function note(minute: number, position: string | null, read = false): Notification {
  const at = `2026-11-22T10:${String(minute).padStart(2, "0")}:00Z`;
  return { id: `n${minute}`, at, type: "changed", who: "alice", position_id: position, read };
}

const at10 = "2026-11-22T10:10:00.000Z";

describe("isUnread", () => {
  it("knows what was read, what was looked at since, and what came after the look", () => {
    expect(isUnread(note(5, "P", true), {})).toBe(false);
    expect(isUnread(note(5, "P"), { P: at10 })).toBe(false);
    expect(isUnread(note(15, "P"), { P: at10 })).toBe(true);
    expect(isUnread(note(5, "Q"), { P: at10 })).toBe(true);
  });

  it("holds what belongs to no position to the planner's mark alone", () => {
    expect(isUnread(note(5, null), { P: at10 })).toBe(true);
  });
});

it("gathers what is unread by position", () => {
  const found = unreadOf([note(15, "P"), note(12, "P"), note(9, "P"), note(3, null)], { P: at10 });
  expect([...found].map(([id, items]) => [id, items.map((item) => item.id)])).toEqual([["P", ["n15", "n12"]]]);
});

describe("readableTo", () => {
  const items = [note(15, "Q"), note(9, "P"), note(8, "P"), note(2, "P", true)];

  it("goes as far as everything older was looked at", () => {
    expect(readableTo(items, { P: at10 }, false)).toBe("n9");
    expect(readableTo(items, {}, false)).toBeNull();
    expect(readableTo(items, { P: at10, Q: "2026-11-22T11:00:00Z" }, false)).toBe("n15");
  });

  it("stays where older ones may be unread that are not loaded", () => {
    const unmarked = items.slice(0, 3);
    expect(readableTo(unmarked, { P: at10 }, false)).toBeNull();
    expect(readableTo(unmarked, { P: at10 }, true)).toBe("n9");
  });
});

it("survives a store that somebody broke, and forgets the oldest looks", () => {
  expect(readSeen("not json")).toEqual({});
  expect(readSeen("[1]")).toEqual({});
  let seen = {};
  for (let count = 0; count < 600; count += 1) {
    seen = withLook(seen, `p${count}`, new Date(count * 1000).toISOString());
  }
  expect(Object.keys(seen)).toHaveLength(500);
  expect(seen).toHaveProperty("p599");
  expect(seen).not.toHaveProperty("p99");
});
