import { describe, expect, it } from "vitest";
import { drawn } from "./drawn";

const close = { date: "2026-11-20", open: null, high: null, low: null, close: "2", volume: null };
const whole = { ...close, open: "1", high: "3", low: "1", volume: 10 };
const said = { currency: "CHF", source: "", origin: "" };

describe("drawn", () => {
  it("draws candles where most days are whole", () => {
    const prices = [whole, whole, close].map((one) => ({ ...one, ...said }));
    expect(drawn(prices)).toEqual({ bars: prices });
  });

  it("draws a line where little more than closes is known", () => {
    expect(drawn([whole, close].map((one) => ({ ...one, ...said })))).toEqual({
      area: [
        { date: "2026-11-20", value: "2" },
        { date: "2026-11-20", value: "2" },
      ],
    });
  });
});
