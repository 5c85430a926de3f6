import { describe, expect, it } from "vitest";
import { gainAt, lineOf } from "./payoff-line";

const SPREAD = {
  // buy the 100 call at 4, sell the 110 call at 1
  points: [
    { price: "0", gain: "-300" },
    { price: "100", gain: "-300" },
    { price: "110", gain: "700" },
    { price: "220", gain: "700" },
  ],
  breakevens: ["103"],
};

describe("the line of a payoff", () => {
  it("shows every bend, with the gain that it has there", () => {
    const { corners, prices, gains } = lineOf(SPREAD);

    expect(corners.map(({ price }) => price)).toEqual([prices[0], 100, 110, prices[1]]);
    expect(corners.map(({ gain }) => gain)).toEqual([-300, -300, 700, 700]);
    expect(prices[0]).toBeGreaterThan(90);
    expect(gains[0]).toBeLessThan(-300);
  });

  it("goes on beyond the last point as between the last two", () => {
    const call = [
      { price: 0, gain: -2 },
      { price: 10, gain: -2 },
      { price: 20, gain: 8 },
    ];

    expect(gainAt(call, 15)).toBe(3);
    expect(gainAt(call, 30)).toBe(18);
    expect(gainAt(call, 0)).toBe(-2);
  });

  it("widens to a price that should be seen", () => {
    expect(lineOf(SPREAD, [150]).prices[1]).toBeGreaterThan(150);
  });

  it("stands for shares alone, which have no bend", () => {
    const shares = { points: [{ price: "0", gain: "-50" }, { price: "100", gain: "50" }], breakevens: ["50"] };

    expect(lineOf(shares).corners).toHaveLength(2);
  });
});
