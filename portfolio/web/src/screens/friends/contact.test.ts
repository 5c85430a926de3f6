import { expect, it } from "vitest";
import { contactTime, inviteIn, safetyGroups } from "./contact";

it("says the time for today and the date for earlier", () => {
  const now = new Date(2026, 10, 22, 15, 30).getTime();
  expect(contactTime(new Date(2026, 10, 22, 14, 2).toISOString(), now, "de")).toBe("14:02");
  expect(contactTime(new Date(2026, 10, 21, 23, 59).toISOString(), now, "de")).toBe("21.11.2026");
});

it("keeps the groups of a safety number, in their order", () => {
  expect(safetyGroups("72832 19290 83749")).toEqual(["72832", "19290", "83749"]);
});

it("finds the invite in a text and in a link", () => {
  expect(inviteIn("  abc-DEF_1\n")).toBe("abc-DEF_1");
  expect(inviteIn("https://planner.example/friends#abc-DEF_1")).toBe("abc-DEF_1");
});
