import { describe, expect, it } from "vitest";
import { formatMoney, formatNumber, formatPercent, formatPrice, readNumber } from "./money";

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

describe("formatting", () => {
  it("keeps every digit of a figure no float could hold", () => {
    expect(formatNumber("123456789012345678.123456", "en")).toBe("123,456,789,012,345,678.123456");
  });

  it("puts currency and marks where the locale has them", () => {
    expect(formatMoney("-1234.5", "USD", "en-US")).toBe("−$1,234.50");
    expect(plain(formatMoney("-1234.5", "EUR", "de-DE"))).toBe("−1.234,50 €");
    expect(formatMoney("1234.4", "JPY", "en")).toBe("¥1,234");
  });

  it("falls back to the bare code when it is no currency", () => {
    expect(formatMoney("2", "?", "en")).toBe("2.00 ?");
  });

  it("shows at least two digits of a price and all that were entered", () => {
    expect(formatPrice("450.5", "en")).toBe("450.50");
    expect(formatPrice("0.03125", "en")).toBe("0.03125");
  });

  it("writes the sign of a gain, and none for zero", () => {
    expect(formatMoney("3", "USD", "en-US", { signs: "always" })).toBe("+$3.00");
    expect(formatMoney("0", "USD", "en-US", { signs: "always" })).toBe("$0.00");
    expect(formatPercent("12.345", "en", { signs: "always" })).toBe("+12.35%");
    expect(plain(formatPercent("-0.5", "de"))).toBe("−0,50 %");
  });

  it("rounds a half away from zero, without a negative zero", () => {
    expect(formatNumber("1.005", "en", { min: 2, max: 2 })).toBe("1.01");
    expect(formatNumber("-0.001", "en", { min: 2, max: 2 })).toBe("0.00");
  });
});

describe("reading what was typed", () => {
  it.each([
    ["1234.5", "en", "1234.5"],
    ["1,234.50", "en", "1234.50"],
    ["1.234,50", "de", "1234.50"],
    ["1.234", "de", "1234"],
    ["1.234", "en", "1.234"],
    ["1,234", "en", "1234"],
    ["12,5", "en", "12.5"],
    ["12.5", "de", "12.5"],
    ["1.234.567", "de", "1234567"],
    ["0,125", "en", "0.125"],
    ["0.125", "de", "0.125"],
    ["-,5", "de", "-0.5"],
    [" 1 000 ", "en", "1000"],
    ["007", "en", "7"],
    ["−2,5", "de", "-2.5"],
  ])("takes %j in %s as %j", (typed, locale, value) => {
    expect(readNumber(typed, locale)).toBe(value);
  });

  it("refuses words", () => {
    for (const typed of ["", "abc", "1e5", "1-2", "."]) {
      expect(readNumber(typed, "en")).toBeNull();
    }
  });
});
