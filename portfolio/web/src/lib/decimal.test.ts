import { describe, expect, it } from "vitest";
import { add, compare, divide, isDecimal, multiply, round, shift, sign, subtract, tidy } from "./decimal";

describe("decimal strings", () => {
  it("adds what floats cannot", () => {
    expect(add("0.1", "0.2")).toBe("0.3");
    expect(add("123456789012345678.12", "0.000000000000000001")).toBe("123456789012345678.120000000000000001");
  });

  it("subtracts across zero", () => {
    expect(subtract("0.05", "1")).toBe("-0.95");
    expect(subtract("-0.05", "-0.05")).toBe("0.00");
  });

  it("compares numbers, not texts", () => {
    expect(compare("10", "9.99")).toBe(1);
    expect(compare("1.0", "1")).toBe(0);
    expect(compare("-2", "1")).toBe(-1);
  });

  it("knows the sign of a small and of a negative zero", () => {
    expect(sign("-0.00")).toBe(0);
    expect(sign("-0.01")).toBe(-1);
    expect(sign("0.01")).toBe(1);
  });

  it("divides and rounds half away from zero", () => {
    expect(divide("1", "3", 4)).toBe("0.3333");
    expect(divide("-5", "8", 2)).toBe("-0.63");
    expect(divide("5", "-8", 2)).toBe("-0.63");
    expect(divide("1", "0.00", 2)).toBeNull();
  });

  it("rounds without a float in between", () => {
    expect(round("1.005", 2)).toBe("1.01");
    expect(round("-1.005", 2)).toBe("-1.01");
    expect(round("1.5", 2)).toBe("1.5");
  });

  it("multiplies, shifts and tidies", () => {
    expect(multiply("1.25", "0.4")).toBe("0.500");
    expect(shift("12.34", -2)).toBe("0.1234");
    expect(shift("0.5", 2)).toBe("50");
    expect(tidy("12.500")).toBe("12.5");
    expect(tidy("100")).toBe("100");
    expect(tidy("0.00")).toBe("0");
  });

  it("refuses what is not a plain decimal", () => {
    for (const wrong of ["", "1e3", "1,5", " 1", ".5", "NaN", "--1"]) {
      expect(isDecimal(wrong)).toBe(false);
      expect(() => sign(wrong)).toThrow(RangeError);
    }
  });
});
