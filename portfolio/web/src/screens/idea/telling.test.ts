import { describe, expect, it } from "vitest";
import type { Share } from "../../api/types";
import { words as german } from "../../i18n/de";
import { words } from "../../i18n/en";
import { moved } from "./moves";
import { moveText } from "./telling";
import { stateOf } from "./who-has-it";

const tell = (field: Parameters<typeof moved>[0], from: unknown, to: unknown) =>
  moveText("Bob", moved(field, from as string, to as string), words, "en");

describe("changes as sentences", () => {
  it("say who moved what from where to where", () => {
    expect(tell("stop", "196.5", "194.00")).toBe("Bob moved the stop from 196.50 to 194.00");
    expect(tell("targets", ["215", "223.5"], ["215", "230"])).toBe("Bob moved target 2 from 223.50 to 230.00");
    expect(tell("state", "draft", "ready")).toBe("Bob changed the state from Draft to Ready");
  });

  it("say set, removed and rewrote where there is no from or to worth reading", () => {
    expect(tell("entry", null, "10")).toBe("Bob set the entry to 10.00");
    expect(tell("targets", ["12"], [])).toBe("Bob removed the targets");
    expect(tell("thesis", "a", "b")).toBe("Bob rewrote the reason");
  });

  it("conjugate in German", () => {
    const move = moved("stop", "196.5", "194");

    expect(moveText("Du", move, german, "de")).toBe("Du hast den Stopp von 196,50 auf 194,00 verschoben");
    expect(moveText("Bob", move, german, "de")).toBe("Bob hat den Stopp von 196,50 auf 194,00 verschoben");
  });
});

describe("how far a copy got", () => {
  const share = (part: Partial<Share>): Share => ({
    did: "did:key:bob",
    role: "viewer",
    amounts: false,
    detail: "percent",
    until: null,
    delivery: "delivered",
    receipt: "2020-01-02T03:04:05Z",
    waiting: 0,
    ...part,
  });
  const text = (part: Partial<Share>, online = false) => stateOf(share(part), { online }, words, "en").text;

  it("is delivered, on its way, or waiting for who is away", () => {
    expect(text({})).toMatch(/^delivered .*2020/);
    expect(text({ delivery: "queued", waiting: 3 })).toBe("away, 3 waiting");
    expect(text({ delivery: "queued", waiting: 3 }, true)).toBe("on its way");
    expect(text({ delivery: "refused" })).toBe("their planner refused it");
  });

  it("after a revocation is asked for, then confirmed", () => {
    expect(text({ role: "none", delivery: "revoked", receipt: null })).toBe("asked to delete it, not confirmed yet");
    expect(text({ role: "none", delivery: "revoked" })).toMatch(/^confirmed deletion .*2020/);
  });
});
