import { expect, it } from "vitest";
import type { Leg } from "../../api/types";
import { blankLeg, draftsOf, isWhole, sentOf } from "./legs";

const CALL: Leg = {
  right: "call", side: "sell", ratio: "1", quantity: "3", strike: "110", expiry: "2013-06-21", premium: "1.20", multiplier: "100",
};

it("sends a leg back as it was", () => {
  const [draft] = draftsOf([CALL]);

  expect(draft && sentOf(draft)).toEqual({
    right: "call", side: "sell", quantity: "3", strike: "110", expiry: "2013-06-21", premium: "1.20", multiplier: "100",
  });
});

it("takes the ratio where how many there are is not shared", () => {
  const shared = { ...CALL, ratio: "2" };
  delete shared.quantity;

  expect(draftsOf([shared])[0]?.quantity).toBe("2");
});

it("sends shares without strike and expiry", () => {
  const shares = { ...blankLeg(), right: "stock", strike: "9", expiry: "2013-06-21", premium: "50" } as const;

  expect(isWhole({ ...shares, strike: null })).toBe(true);
  expect(isWhole({ ...shares, right: "put", strike: null })).toBe(false);
  expect(sentOf(shares)).toEqual({
    right: "stock", side: "buy", quantity: "1", premium: "50", strike: null, expiry: null, multiplier: null,
  });
});

it("leaves nothing undefined", () => {
  expect(Object.values(sentOf({ ...blankLeg(), strike: "200" }))).not.toContain(undefined);
  expect(sentOf({ ...blankLeg(), strike: "200" }).expiry).toBeNull();
});

it.each([
  [{}, true],
  [{ expiry: "" }, false],
  [{ strike: "0" }, false],
  [{ quantity: "-1" }, false],
  [{ multiplier: "0" }, false],
  [{ premium: "-0.01" }, false],
  [{ premium: null }, true],
])("is whole with %o: %s", (change, whole) => {
  const option = { ...blankLeg(), strike: "200", expiry: "2013-06-21", premium: "5" };

  expect(isWhole({ ...option, ...change })).toBe(whole);
});

it("begins a further leg on the same day, on the other side", () => {
  const first = { ...blankLeg(), expiry: "2013-06-21", quantity: "2" };

  expect(blankLeg(first)).toMatchObject({ key: 2, side: "sell", expiry: "2013-06-21", quantity: "2" });
});
