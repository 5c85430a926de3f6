import { describe, expect, it } from "vitest";
import { scaleOf, type Scale } from "./ladder";

const long = { side: "long", entry: "100", stop: "90", targets: ["120", "130"] };
const short = { side: "short", entry: "429.50", stop: "452.00", targets: ["395.00", "370.00"] };

function at(scale: Scale | null, kind: string): number[] {
  return scale?.marks.filter((mark) => mark.kind === kind).map((mark) => Math.round(mark.at * 100) / 100) ?? [];
}

describe("the ladder's scale", () => {
  it("puts the risk left and the reward right for a long", () => {
    const scale = scaleOf(long);

    expect(at(scale, "stop")).toEqual([0.06]);
    expect(at(scale, "entry")).toEqual([0.28]);
    expect(at(scale, "target")).toEqual([0.72, 0.94]);
    expect(scale?.risk?.[1]).toBe(scale?.reward?.[0]);
  });

  it("puts the risk left and the reward right for a short too", () => {
    const scale = scaleOf(short);

    expect(at(scale, "stop")).toEqual([0.06]);
    expect(at(scale, "target").at(-1)).toBe(0.94);
    expect(at(scale, "entry")[0]).toBeGreaterThan(0.06);
    expect(at(scale, "entry")[0]).toBeLessThan(at(scale, "target")[0] ?? 0);
  });

  it("shows the proportion of risk to reward", () => {
    const scale = scaleOf({ side: "long", entry: "10", stop: "9", targets: ["13"] });
    const [risk, reward] = [scale?.risk ?? [0, 0], scale?.reward ?? [0, 0]];

    expect((reward[1] - reward[0]) / (risk[1] - risk[0])).toBeCloseTo(3);
  });

  it("holds a price beyond the stop at the end and says so", () => {
    expect(scaleOf({ ...long, price: "50" })).toMatchObject({ beyond: "left" });
    expect(at(scaleOf({ ...long, price: "50" }), "price")).toEqual([0]);
    expect(scaleOf({ ...short, price: "500" })).toMatchObject({ beyond: "left" });
    expect(scaleOf({ ...long, price: "104" })).toMatchObject({ beyond: null });
  });

  it("takes the farthest target, in whatever order they were written", () => {
    expect(scaleOf({ ...long, targets: ["130", "120"] })?.reward?.[1]).toBeCloseTo(0.94);
    expect(scaleOf({ ...short, targets: ["370", "395"] })?.reward?.[1]).toBeCloseTo(0.94);
  });

  it("is not there while there is nothing to compare", () => {
    expect(scaleOf({ side: "long", entry: "100" })).toBeNull();
    expect(scaleOf({ side: "long", stop: "90", targets: ["120"] })).toBeNull();
    expect(scaleOf({ side: "long", entry: "100", stop: "100" })).toBeNull();
    expect(scaleOf({ side: "long", entry: "x", stop: "9" })).toBeNull();
  });

  it("does with a target alone, or a stop alone", () => {
    expect(scaleOf({ side: "long", entry: "100", targets: ["110"] })?.risk).toBeNull();
    expect(scaleOf({ side: "long", entry: "100", stop: "90" })?.reward).toBeNull();
  });
});
