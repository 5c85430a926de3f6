import { describe, expect, it } from "vitest";
import { dayNumber, dayTicks, nearest, scaleOf } from "./scale";

describe("a scale of values", () => {
  it.each([
    [[0, 100], 4, [0, 50, 100], 0],
    [[98_000, 131_000], 4, [100_000, 110_000, 120_000, 130_000], 0],
    [[-3, 9], 4, [0, 5], 0],
    [[0.1, 0.45], 4, [0.1, 0.2, 0.3, 0.4], 1],
  ])("has round ticks around %j", (values, count, ticks, digits) => {
    const scale = scaleOf(values, count);
    expect(scale.ticks.map((tick) => Number(tick.toFixed(6)))).toEqual(ticks);
    expect(scale.digits).toBe(digits);
    expect(scale.low).toBeLessThanOrEqual(Math.min(...values));
    expect(scale.high).toBeGreaterThan(Math.max(...values));
  });

  it("stands on zero, or hangs from it, where no value crosses it", () => {
    expect(scaleOf([1, 100], 4).low).toBe(0);
    expect(scaleOf([-60, 0], 4)).toMatchObject({ high: 0, ticks: [-60, -40, -20, 0] });
  });

  it.each([[[]], [[0]], [[42]], [[-7, -7]]])("holds %j, which has no height", (values) => {
    const { low, high, ticks } = scaleOf(values, 4);
    expect(high).toBeGreaterThan(low);
    expect(ticks.length).toBeLessThanOrEqual(5);
    expect(ticks.length).toBeGreaterThan(0);
  });
});

describe("days on a scale", () => {
  it.each([
    ["2013-03-04", "2013-03-08", 6, ["2013-03-04", "2013-03-05", "2013-03-06", "2013-03-07", "2013-03-08"], "day"],
    ["2013-01-15", "2013-04-20", 6, ["2013-02-01", "2013-03-01", "2013-04-01"], "month"],
    ["2012-02-11", "2013-02-11", 6, ["2012-04-01", "2012-07-01", "2012-10-01", "2013-01-01"], "month"],
    ["2005-05-05", "2014-05-05", 6, ["2006-01-01", "2008-01-01", "2010-01-01", "2012-01-01", "2014-01-01"], "year"],
  ])("are round from %s to %s", (first, last, count, dates, unit) => {
    const ticks = dayTicks(first, last, count);
    expect(ticks.map(({ date }) => date)).toEqual(dates);
    expect(ticks[0]?.unit).toBe(unit);
  });

  it("are one for one day, and never more than asked for", () => {
    expect(dayTicks("2013-03-01", "2013-03-01", 6)).toEqual([{ date: "2013-03-01", unit: "day" }]);
    for (const last of ["2013-03-09", "2013-04-01", "2013-06-30", "2015-01-01", "2042-01-01"]) {
      expect(dayTicks("2013-03-01", last, 6).length).toBeLessThanOrEqual(7);
    }
  });

  it("name the new year in a row of months", () => {
    expect(dayTicks("2012-11-01", "2013-03-01", 6).map(({ unit }) => unit)).toEqual(["month", "month", "year", "month", "month"]);
  });
});

describe("the nearest point", () => {
  const days = ["2013-03-01", "2013-03-04", "2013-03-05"].map(dayNumber);

  it.each([
    ["2013-02-01", 0],
    ["2013-03-02", 0],
    ["2013-03-03", 1],
    ["2013-03-05", 2],
    ["2014-01-01", 2],
  ])("to %s is number %i", (date, index) => {
    expect(nearest(days, dayNumber(date))).toBe(index);
  });

  it("is none of none", () => {
    expect(nearest([], 3)).toBe(-1);
  });
});
