import { describe, expect, it } from "vitest";
import type { Holding, Idea } from "../../api/types";
import { matches } from "./friend-picker";
import { seenBy } from "./seen-by";
import { rolesFor } from "./terms";

const idea = {
  kind: "idea",
  role: "owner",
  symbol: "IBM",
  size: "60",
  account: "Depot",
  figures: { rr: "2", capital: "12000", risk_amount: "420", reward_amount: "840" },
} as unknown as Idea;

describe("what a friend sees", () => {
  it("is without amounts unless they are shared", () => {
    expect(seenBy(idea, { role: "viewer", amounts: false })).toEqual({
      kind: "idea",
      role: "viewer",
      symbol: "IBM",
      figures: { rr: "2" },
    });
    expect(seenBy(idea, { role: "editor", amounts: true })).toEqual({ ...idea, role: "editor" });
  });

  it("is no sum of a holding, only what is a percentage or a price", () => {
    const holding = { kind: "holding", role: "owner", quantity: "5", value: "9", return_percent: "3", price: "1" };

    expect(seenBy(holding as unknown as Holding, { role: "viewer", amounts: false })).toEqual({
      kind: "holding",
      role: "viewer",
      return_percent: "3",
      price: "1",
    });
  });
});

it("nobody can be made editor of a holding", () => {
  expect(rolesFor("holding")).toEqual(["viewer", "commenter"]);
  expect(rolesFor("idea")).toContain("editor");
});

it("finds a friend by name or handle", () => {
  expect(matches({ name: "Änne", handle: null }, "än ")).toBe(true);
  expect(matches({ name: "Bob", handle: "@bobby@example.org" }, "EXAMPLE")).toBe(true);
  expect(matches({ name: "Bob", handle: null }, "carol")).toBe(false);
});
