import { describe, expect, it } from "vitest";
import { emptyDraft, isComplete, sentOf, totalOf } from "./form";

const buy = emptyDraft("USD", "2026-11-22", { symbol: " aapl ", quantity: "0.1", price: "0.2", fee: "9.95" });

describe("the form of a transaction", () => {
  it("sends what its kind needs and nothing that was typed for another kind", () => {
    expect(sentOf(buy)).toMatchObject({ kind: "buy", symbol: "AAPL", quantity: "0.1", price: "0.2", fee: "9.95" });

    const dividend = sentOf({ ...buy, kind: "dividend", amount: "12.50" });

    expect(dividend).toMatchObject({ kind: "dividend", amount: "12.50", quantity: null, price: null });
  });

  it("sends the parts of a split as whole numbers, or none", () => {
    const split = { ...buy, kind: "split" as const, numerator: "2", denominator: "1" };

    expect(sentOf(split)).toMatchObject({ numerator: 2, denominator: 1 });
    expect(sentOf({ ...split, numerator: "1.5" }).numerator).toBeNull();
    expect(sentOf(split)).not.toHaveProperty("fee");
  });

  it("is complete when its kind has all it cannot do without", () => {
    expect(isComplete(buy)).toBe(true);
    expect(isComplete({ ...buy, price: null })).toBe(false);
    expect(isComplete({ ...buy, symbol: " " })).toBe(false);
    expect(isComplete({ ...buy, kind: "dividend" })).toBe(false);
    expect(isComplete({ ...buy, kind: "dividend", amount: "1" })).toBe(true);
  });

  it("adds charges to what is paid and takes them off what is received", () => {
    const sums = { quantity: "3", price: "0.10", amount: null, fee: "0.05", tax: null };

    expect(totalOf({ kind: "buy", ...sums })).toBe("0.35");
    expect(totalOf({ kind: "sell", ...sums })).toBe("0.25");
    expect(totalOf({ ...sums, kind: "dividend", amount: "1.00", tax: "0.25", fee: null })).toBe("0.75");
    expect(totalOf({ kind: "split", ...sums })).toBeNull();
  });
});
