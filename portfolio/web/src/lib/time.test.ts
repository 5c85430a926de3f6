import { describe, expect, it } from "vitest";
import { ago, day, daysBefore } from "./time";

const NOW = Date.parse("2026-11-22T12:00:00Z");

describe("how long ago", () => {
  it.each([
    ["2026-11-22T11:59:40Z", "now"],
    ["2026-11-22T11:59:10Z", "1 min. ago"],
    ["2026-11-22T11:40:00Z", "20 min. ago"],
    ["2026-11-21T11:00:00Z", "yesterday"],
    ["2026-08-01T12:00:00Z", "3 mo. ago"],
    ["2013-03-01T12:00:00Z", "13 yr. ago"],
    ["2026-11-23T13:00:00Z", "tomorrow"],
  ])("says of %s: %s", (instant, said) => {
    expect(ago(instant, NOW, "en")).toBe(said);
  });

  it("speaks German", () => {
    expect(ago("2026-11-22T10:00:00Z", NOW, "de")).toBe("vor 2 Std.");
  });
});

describe("days", () => {
  it("are the same in every time zone", () => {
    expect(day("2013-03-01", "en-GB")).toBe("1 Mar 2013");
  });

  it("go back by months without leaving the month", () => {
    expect(daysBefore("2013-03-31", { months: 1 })).toBe("2013-02-28");
    expect(daysBefore("2013-01-15", { months: 3 })).toBe("2012-10-15");
    expect(daysBefore("2012-02-29", { years: 1 })).toBe("2011-02-28");
    expect(daysBefore("2013-03-01", { days: 7 })).toBe("2013-02-22");
  });
});
