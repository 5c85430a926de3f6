import { describe, expect, it } from "vitest";
import { faultOf, figuresOf, ratioOf, sizeFor } from "./risk";

const long = { side: "long", entry: "206.50", stop: "199.50", targets: ["215.00", "223.50"] };
const short = { side: "short", entry: "429.50", stop: "452.00", targets: ["395.00", "370.00"] };

describe("reward per risk", () => {
  it("takes the targets in equal parts", () => {
    expect(ratioOf(long)).toBe("1.82142857");
    expect(ratioOf(short)).toBe("2.08888889");
  });

  it("is exact where a float is not", () => {
    expect(ratioOf({ side: "long", entry: "0.3", stop: "0.2", targets: ["0.6"] })).toBe("3");
  });

  it("is unknown while a level is missing or on the wrong side", () => {
    expect(ratioOf({ ...long, stop: null })).toBeNull();
    expect(ratioOf({ ...long, targets: [] })).toBeNull();
    expect(ratioOf({ ...long, stop: "210" })).toBeNull();
    expect(ratioOf({ ...long, entry: "1e3" })).toBeNull();
  });
});

describe("levels on the wrong side", () => {
  it("names the one to move", () => {
    expect(faultOf(long)).toBeNull();
    expect(faultOf(short)).toBeNull();
    expect(faultOf({ ...long, stop: "206.50" })).toBe("stop-below");
    expect(faultOf({ ...short, stop: "400" })).toBe("stop-above");
    expect(faultOf({ ...long, targets: ["215", "206"] })).toBe("target-above");
    expect(faultOf({ ...short, targets: ["430"] })).toBe("target-below");
    expect(faultOf({ side: "long", stop: "10", targets: ["9"] })).toBe("target-above");
  });
});

describe("size from what may be lost", () => {
  it("rounds down, so that no more is lost", () => {
    expect(sizeFor("500", long)).toBe("71");
    expect(sizeFor("7", long)).toBe("1");
  });

  it("is unknown when not even one unit fits, or the risk is", () => {
    expect(sizeFor("6.99", long)).toBeNull();
    expect(sizeFor("500", { ...long, stop: null })).toBeNull();
    expect(sizeFor("500", { ...long, stop: "206.5" })).toBeNull();
    expect(sizeFor(null, long)).toBeNull();
  });
});

describe("figures while a line is dragged", () => {
  it("are those that the planner answers afterwards", () => {
    expect(figuresOf(long, "60")).toEqual({
      risk_per_unit: "7",
      reward_per_unit: "12.75",
      rr: "1.82142857",
      breakeven_win_rate: "0.35443038",
      capital: "12390.00",
      risk_amount: "420.00",
      reward_amount: "765.00",
    });
  });

  it("lack what is not known, and are none for levels on the wrong side", () => {
    expect(figuresOf({ ...long, targets: [] }, null)).toEqual({
      risk_per_unit: "7",
      reward_per_unit: null,
      rr: null,
      breakeven_win_rate: null,
    });
    expect(figuresOf({ ...long, stop: "207" }, "60")).toBeNull();
  });
});
