import { describe, expect, it } from "vitest";
import type { Change, Idea } from "../../api/types";
import { lastChanges } from "./authorship";
import { patchFor, withLevel } from "./levels";

const levels = { side: "long", entry: "10", stop: "9", targets: ["12", "14"] };
const idea = levels as unknown as Idea;

describe("a level on its way", () => {
  it("moves entry, stop or one target", () => {
    expect(withLevel(levels, { level: "stop", price: "8" })).toEqual({ ...levels, stop: "8" });
    expect(withLevel(levels, { level: "target2", price: "15" })).toEqual({ ...levels, targets: ["12", "15"] });
  });

  it("adds a target after the last one, takes an emptied one away", () => {
    expect(withLevel(levels, { level: "target3", price: "16" }).targets).toEqual(["12", "14", "16"]);
    expect(withLevel(levels, { level: "target1", price: null }).targets).toEqual(["14"]);
  });

  it("sends only the field that it is in", () => {
    expect(patchFor(idea, { level: "entry", price: null })).toEqual({ entry: null });
    expect(patchFor(idea, { level: "target1", price: "13" })).toEqual({ targets: ["13", "14"] });
  });
});

it("who wrote a field last is its first entry in the history", () => {
  const change = (field: string, who: string): Change => ({ at: "2026-11-22T10:00:00Z", who, field, from: null, to: "1" });
  const found = lastChanges([change("stop", "bob"), change("entry", "alice"), change("stop", "alice")]);

  expect(found.get("stop")?.who).toBe("bob");
  expect(found.get("size")).toBeUndefined();
});
