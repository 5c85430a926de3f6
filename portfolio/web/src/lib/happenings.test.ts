import { describe, expect, it } from "vitest";
import type { FieldChange, Happening } from "../api/types";
import { byDay, condensed, joined, topicOf } from "./happenings";

const never = () => false;

function change(field: string, from: unknown, to: unknown): FieldChange {
  return { field, from, to };
}

function moved(at: string, from: string, to: string, over: Partial<Happening> = {}): Happening {
  const changes = [change("stop", from, to)];
  return { id: at, at: `2026-11-22T10:${at}:00Z`, type: "changed", who: "alice", position_id: "P", changes, ...over };
}

describe("condensed", () => {
  it("joins the steps of one move, from the first value to the last", () => {
    const [only, ...rest] = condensed([moved("05", "191", "195"), moved("03", "190", "191")], never);
    expect(rest).toEqual([]);
    expect(only).toMatchObject({ id: "05", changes: [change("stop", "190", "195")] });
  });

  it("keeps what another person, another position or another hour did", () => {
    const late = moved("50", "1", "2");
    const others = [late, moved("30", "0", "1"), moved("29", "9", "0", { who: "bob" }), moved("28", "8", "9", { position_id: "Q" })];
    expect(condensed(others, never)).toEqual(others);
  });

  it("leaves out what was taken back at once", () => {
    expect(condensed([moved("05", "195", "190"), moved("03", "190", "195")], never)).toEqual([]);
  });

  it("keeps two apart when it is told to", () => {
    const both = [moved("05", "191", "195"), moved("03", "190", "191")];
    expect(condensed(both, (newer) => newer.id === "05")).toEqual(both);
  });

  it("never joins comments", () => {
    const comment: Happening = { id: "c", at: "2026-11-22T10:00:00Z", type: "commented", who: "bob", position_id: "P" };
    expect(condensed([comment, { ...comment, id: "d" }], never)).toHaveLength(2);
  });
});

describe("joined", () => {
  it("keeps fields that only one of the two changed, and nulls as values", () => {
    const both = joined([change("stop", null, "1")], [change("entry", "5", "6"), change("stop", "1", "2")]);
    expect(both).toEqual([change("stop", null, "2"), change("entry", "5", "6")]);
  });
});

it("groups by calendar day and keeps the order", () => {
  const at = (day: number, hour: number) => ({ at: new Date(2026, 10, day, hour).toISOString() });
  const days = byDay([at(22, 9), at(22, 1), at(21, 23)]);
  expect(days.map(({ day, items }) => [day, items.length])).toEqual([
    ["2026-11-22", 2],
    ["2026-11-21", 1],
  ]);
});

it("puts what is not about a position under friends", () => {
  expect(topicOf(moved("01", "1", "2"))).toBe("ideas");
  expect(topicOf(moved("01", "1", "2", { type: "friend_added" }))).toBe("friends");
});
