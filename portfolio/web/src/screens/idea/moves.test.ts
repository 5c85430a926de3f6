import { describe, expect, it } from "vitest";
import type { Idea } from "../../api/types";
import { movesBetween } from "./moves";
import { clashesOf, inverse } from "./revise";
import { movesOf } from "./use-moves";

const idea = {
  id: "01",
  entry: "206.50",
  stop: "199.50",
  targets: ["215.00", "223.50"],
  thesis: "why",
  state: "ready",
} as unknown as Idea;

describe("who moved what", () => {
  it("names the level with both prices", () => {
    expect(movesBetween(idea, { ...idea, stop: "194.00" }, ["stop"])).toEqual([
      { field: "stop", target: null, from: "199.50", to: "194.00" },
    ]);
  });

  it("names the one target that moved, and all when more did", () => {
    expect(movesBetween(idea, { ...idea, targets: ["215.00", "230"] }, ["targets"])).toEqual([
      { field: "targets", target: 2, from: "223.50", to: "230" },
    ]);
    expect(movesBetween(idea, { ...idea, targets: ["215.00"] }, ["targets"])).toEqual([
      { field: "targets", target: null, from: ["215.00", "223.50"], to: ["215.00"] },
    ]);
  });

  it("leaves out what nobody named, did not change, or is not on the screen", () => {
    const after = { ...idea, stop: "194", entry: "206" };

    expect(movesBetween(idea, after, ["entry", "thesis", "created"]).map(({ field }) => field)).toEqual(["entry"]);
  });
});

it("tells three messages about one field as one move, by who wrote last", () => {
  const movers = [
    { n: 1, who: "bob", fields: ["stop", "entry"] },
    { n: 2, who: "carol", fields: ["stop"] },
  ];
  const found = movesOf(movers, idea, { ...idea, stop: "194.00", entry: "207" });

  expect(found.map(({ who, field }) => [who, field])).toEqual([
    ["bob", "entry"],
    ["carol", "stop"],
  ]);
});

describe("two writers of one idea", () => {
  it("clash only in the same field with another value", () => {
    const now = { ...idea, stop: "194.00", entry: "207" };

    expect(clashesOf(idea, now, { targets: ["220"] })).toEqual([]);
    expect(clashesOf(idea, now, { stop: "194.00" })).toEqual([]);
    expect(clashesOf(idea, now, { stop: "190.00" })).toEqual([
      { field: "stop", mine: "190.00", theirs: "194.00" },
    ]);
  });

  it("take a change back by what stood there before", () => {
    expect(inverse(idea, { stop: "1", targets: [], size: "3" })).toEqual({
      stop: "199.50",
      targets: ["215.00", "223.50"],
      size: null,
    });
  });
});
