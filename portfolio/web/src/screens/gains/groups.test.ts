import { describe, expect, it } from "vitest";
import type { Sale } from "../../api/types";
import { words } from "../../i18n/en";
import { groupsOf, tableOf } from "./groups";

const sale = (date: string, gain: string | null, account = "A"): Sale =>
  ({
    date, account, symbol: "IBM", side: "long", currency: "USD", quantity: "2", proceeds: "9", cost: "5", charges: "1",
    lot_charges: "0", gain: "3", gain_converted: gain, reason: gain === null ? "no rate" : null, transaction: date,
    lots: [
      { date: "2011-01-03", quantity: "1", cost: "2", charges: "0", days: 9, transaction: "x" },
      { date: "2011-01-04", quantity: "1", cost: "3", charges: "0", days: 8, transaction: "y" },
    ],
  });

describe("groups", () => {
  const items = [sale("2012-02-01", "0.1"), sale("2012-03-01", "0.2"), sale("2013-01-02", "-5", "")];

  it("sums years exactly, the latest first, each with the days it is asked with", () => {
    expect(groupsOf({ items }, "year", words.gains)).toEqual([
      { id: "2013", name: "2013", gain: "-5", sales: 1, asked: { start: "2013-01-01", end: "2013-12-31" } },
      { id: "2012", name: "2012", gain: "0.3", sales: 2, asked: { start: "2012-01-01", end: "2012-12-31" } },
    ]);
  });

  it("has no sum where a rate is missing, but the reason", () => {
    const [group] = groupsOf({ items: [...items, sale("2013-05-01", null, "")] }, "account", words.gains);

    expect(group).toMatchObject({ name: "Without a name", gain: null, reason: "no rate", sales: 2 });
  });

  it("names a sale's sums once in the file", () => {
    const [head, first, second] = tableOf({ items: items.slice(0, 1), currency: "EUR" });

    expect(head).toContain("gain_EUR");
    expect(first?.slice(5, 14)).toEqual(["2", "9", "5", "1", "0", "3", "0.1", "2011-01-03", "1"]);
    expect(second?.slice(5, 14)).toEqual([null, null, null, null, null, null, null, "2011-01-04", "1"]);
  });
});
