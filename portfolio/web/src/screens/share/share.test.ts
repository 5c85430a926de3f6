import { describe, expect, it } from "vitest";
import type { Position } from "../../api/types";
import { matches } from "./friend-picker";
import { rolesFor, whatOf } from "./subject";

const [holding, idea] = [{ id: "h", kind: "holding" } as Position, { id: "i", kind: "idea" } as Position];

describe("what is shared", () => {
  it("can be edited only where it is made of ideas", () => {
    expect(rolesFor({ kind: "position", position: idea })).toContain("editor");
    expect(rolesFor({ kind: "position", position: holding })).toEqual(["viewer", "commenter"]);
    expect(rolesFor({ kind: "positions", positions: [idea, holding] })).toEqual(["viewer", "commenter"]);
    expect(rolesFor({ kind: "portfolio" })).toEqual(["viewer", "commenter"]);
  });

  it("is one thing for the planner", () => {
    expect(whatOf({ kind: "positions", positions: [holding, idea] })).toEqual({ positions: ["h", "i"] });
    expect(whatOf({ kind: "tag", tag: "core" })).toEqual({ tag: "core" });
    expect(whatOf({ kind: "portfolio" })).toEqual({ portfolio: true });
  });
});

it("finds a friend by name or handle", () => {
  expect(matches({ name: "Änne", handle: null }, "än ")).toBe(true);
  expect(matches({ name: "Bob", handle: "@bobby@example.org" }, "EXAMPLE")).toBe(true);
  expect(matches({ name: "Bob", handle: null }, "carol")).toBe(false);
});
