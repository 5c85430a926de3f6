import { expect, it } from "vitest";
import { RANGES, startOf } from "./ranges";

it("counts back from the last day there is a price of", () => {
  expect(RANGES.map((range) => startOf(range, "2013-03-01"))).toEqual([
    "2013-02-01",
    "2012-12-01",
    "2012-09-01",
    "2012-12-31",
    "2012-03-01",
    "2008-03-01",
    undefined,
  ]);
});
