import { describe, expect, it } from "vitest";
import type { Idea } from "../api/types";
import { nearLevels, nearestOf } from "./near";

const MARKET = {
  price: "430.47",
  date: "2013-03-01",
  to_entry_percent: "4.65",
  to_stop_percent: "-2.66",
  to_targets_percent: ["18.48", "30.09"],
};

function idea(state: string, market: object | null = MARKET): Idea {
  return { id: state, state, market } as unknown as Idea;
}

describe("the nearest level", () => {
  it("is the entry while an idea waits", () => {
    expect(nearestOf(idea("watching"))).toMatchObject({ level: "entry", percent: "4.65" });
    expect(nearestOf(idea("ready"))).toMatchObject({ level: "entry" });
  });

  it("is stop or target once it is open", () => {
    expect(nearestOf(idea("open"))).toMatchObject({ level: "stop", percent: "-2.66" });
    expect(nearestOf(idea("open", { ...MARKET, to_stop_percent: "-20" }))).toMatchObject({ level: "target", target: 1 });
    expect(nearestOf(idea("open", { ...MARKET, to_stop_percent: null, to_targets_percent: [] }))).toBeNull();
  });

  it("is not there for a draft, a closed idea, and without a price", () => {
    expect(nearestOf(idea("draft"))).toBeNull();
    expect(nearestOf(idea("closed"))).toBeNull();
    expect(nearestOf(idea("open", null))).toBeNull();
  });

  it("orders ideas by distance, up or down, and leaves out who is far away", () => {
    const far = idea("ready", { ...MARKET, to_entry_percent: "40" });
    const near = idea("watching", { ...MARKET, to_entry_percent: "-1.5" });

    expect(nearLevels([far, idea("open"), near], "10").map(({ percent }) => percent)).toEqual(["-1.5", "-2.66"]);
  });
});
