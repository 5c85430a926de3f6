import { describe, expect, it } from "vitest";
import { walked } from "./area-chart";

describe("keys along a chart", () => {
  it.each([
    ["ArrowLeft", 50, 49],
    ["ArrowRight", 50, 51],
    ["PageUp", 50, 60],
    ["PageDown", 50, 40],
    ["Home", 50, 0],
    ["End", 50, 100],
    ["ArrowRight", 100, 100],
    ["PageDown", 3, 0],
  ])("%s leads from %i to %i", (key, at, to) => {
    expect(walked(key, at, 100)).toBe(to);
  });

  it("leaves other keys alone", () => {
    expect(walked("Tab", 50, 100)).toBeNull();
    expect(walked("1", 50, 100)).toBeNull();
  });
});
