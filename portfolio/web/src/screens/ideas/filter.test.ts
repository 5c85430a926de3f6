import { describe, expect, it } from "vitest";
import type { Idea } from "../../api/types";
import { byDecimal, columnsOf, isFiltered, passes, readFilter, withPart } from "./filter";

const idea = (symbol: string, state: string, updated = "2026-11-22T10:00:00Z", owner = "me"): Idea =>
  ({ id: symbol, symbol, state, owner, updated, thesis: "**Gap** closes slowly" }) as unknown as Idea;
const none = { state: null, symbol: "", owner: null };

describe("the filter", () => {
  it("is read from the address and written back", () => {
    const params = new URLSearchParams("state=ready&owner=did:key:x&new");

    expect(readFilter(params)).toEqual({ state: "ready", symbol: "", owner: "did:key:x" });
    expect(withPart(params, "state", null).toString()).toBe("owner=did%3Akey%3Ax&new=");
    expect(withPart(params, "symbol", "ib").get("symbol")).toBe("ib");
    expect(readFilter(new URLSearchParams("state=nonsense")).state).toBeNull();
  });

  it("finds by symbol, by a word of the thesis, by state and by owner", () => {
    const ibm = idea("IBM", "ready");

    expect(passes(ibm, { ...none, symbol: "bm" })).toBe(true);
    expect(passes(ibm, { ...none, symbol: "gap" })).toBe(true);
    expect(passes(ibm, { ...none, symbol: "lowly" })).toBe(false);
    expect(passes(ibm, { ...none, state: "draft" })).toBe(false);
    expect(passes(ibm, { ...none, owner: "bob" })).toBe(false);
    expect(isFiltered(none)).toBe(false);
    expect(isFiltered({ ...none, symbol: "x" })).toBe(true);
  });
});

describe("the board", () => {
  it("has all five columns, each with what changed last on top", () => {
    const columns = columnsOf([
      idea("A", "ready", "2026-11-20T10:00:00Z"),
      idea("B", "ready", "2026-11-22T10:00:00Z"),
      idea("C", "closed"),
    ]);

    expect([...columns.keys()]).toEqual(["draft", "watching", "ready", "open", "closed"]);
    expect(columns.get("ready")?.map(({ symbol }) => symbol)).toEqual(["B", "A"]);
    expect(columns.get("draft")).toEqual([]);
  });
});

it("orders numbers as numbers, and the unknown apart", () => {
  expect(["10", null, "9.5", undefined].sort(byDecimal)).toEqual(["9.5", "10", null, undefined]);
});
