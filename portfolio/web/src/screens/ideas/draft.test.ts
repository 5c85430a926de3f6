import { beforeEach, expect, it } from "vitest";
import { BLANK, bodyOf, isBlank, keepDraft, readDraft } from "./draft";

beforeEach(() => {
  localStorage.clear();
});

it("keeps what was written until it is saved, and nothing of an empty form", () => {
  const draft = { ...BLANK, symbol: "ibm", targets: ["215", null] };

  keepDraft(draft);
  expect(readDraft()).toEqual(draft);
  keepDraft({ ...BLANK, side: "short" });
  expect(readDraft()).toBeNull();
});

it("survives a draft that is none", () => {
  localStorage.setItem("pp.draft.idea", "{oops");

  expect(readDraft()).toBeNull();
});

it("sends the symbol in capitals and only the targets that are there", () => {
  expect(bodyOf({ ...BLANK, symbol: " ibm ", targets: [null, "215", null], thesis: " why\n" })).toEqual({
    symbol: "IBM",
    side: "long",
    entry: null,
    stop: null,
    targets: ["215"],
    size: null,
    thesis: "why",
  });
  expect(isBlank({ ...BLANK, targets: [null, null] })).toBe(true);
  expect(isBlank({ ...BLANK, entry: "1" })).toBe(false);
});
