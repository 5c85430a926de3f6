import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LATER_MS, applyLive, dropPosition, takingAway } from "./effects";
import { keys } from "./queries";
import type { Comment, Friend, Idea, LiveMessage } from "./types";

const ME = "did:key:z6MkMe";
const BOB = "did:key:z6MkBob";
const complete = { known: 3, missing: 0, unknown: 0, forked: [] };

function idea(id: string, change: object = {}): Idea {
  return { id, kind: "idea", symbol: "AAPL", stop: "90", complete, ...change } as unknown as Idea;
}

/** A planner that answers `/positions/{id}` with what the test put there, and counts. */
function answering(positions: Record<string, Idea | Comment>): { asked: string[] } {
  const asked: string[] = [];
  vi.stubGlobal("fetch", (request: Request) => {
    const id = new URL(request.url).pathname.split("/").pop() ?? "";
    asked.push(id);
    const found = positions[id];
    const body = found ?? { type: "https://x/problems/not-found", title: "Not found", status: 404 };
    return Promise.resolve(Response.json(body, { status: found === undefined ? 404 : 200 }));
  });
  return { asked };
}

function message(type: string, data: object): LiveMessage {
  return { n: 1, type, data } as unknown as LiveMessage;
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

async function aMomentLater(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, LATER_MS + 10));
  await settled();
}

describe("what a live message does", () => {
  let cache: QueryClient;

  beforeEach(() => {
    cache = new QueryClient();
    cache.setQueryData(keys.ideas, [idea("2"), idea("1")]);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });
  const ideas = () => cache.getQueryData<Idea[]>(keys.ideas);

  it("reads a changed position and puts it into its place in the list", async () => {
    answering({ "1": idea("1", { stop: "95" }) });

    applyLive(cache, message("position_updated", { id: "1", who: BOB, fields: ["stop"] }), ME);
    await settled();

    expect(ideas()?.map(({ id, stop }) => [id, stop])).toEqual([
      ["2", "90"],
      ["1", "95"],
    ]);
    expect(cache.getQueryData<Idea>(keys.idea("1"))?.stop).toBe("95");
  });

  it("adds what a friend shares with me, the newest first", async () => {
    answering({ "3": idea("3") });

    applyLive(cache, message("position_shared", { id: "3", who: BOB, did: ME, role: "viewer", amounts: false }), ME);
    await settled();

    expect(ideas()?.map(({ id }) => id)).toEqual(["3", "2", "1"]);
  });

  it("does not read an idea of mine again when I share it", async () => {
    const { asked } = answering({});

    applyLive(cache, message("position_shared", { id: "1", who: ME, did: BOB, role: "viewer", amounts: false }), ME);
    await settled();

    expect(asked).toEqual([]);
  });

  it("takes away at once what is no longer shared with me", () => {
    answering({});

    applyLive(cache, message("share_revoked", { id: "2", who: BOB, did: ME }), ME);

    expect(ideas()?.map(({ id }) => id)).toEqual(["1"]);
  });

  it("keeps my idea when a friend loses access to it", () => {
    answering({});

    applyLive(cache, message("share_revoked", { id: "2", who: ME, did: BOB }), ME);

    expect(ideas()).toHaveLength(2);
  });

  it("takes a deleted position out when it is not there any more", async () => {
    answering({});

    applyLive(cache, message("position_updated", { id: "1", who: BOB, fields: [] }), ME);
    await settled();

    expect(ideas()?.map(({ id }) => id)).toEqual(["2"]);
  });

  it("reads a position twice, not a hundred times, in a burst about it", async () => {
    const { asked } = answering({ "1": idea("1", { stop: "99" }) });

    for (let turn = 0; turn < 100; turn += 1) {
      applyLive(cache, message("position_updated", { id: "1", who: BOB, fields: ["stop"] }), ME);
    }
    await settled();

    expect(asked).toEqual(["1", "1"]);
    expect(ideas()?.at(-1)?.stop).toBe("99");
  });

  describe("of comments", () => {
    const said = (id: string, text: string) => ({ id, text, author: BOB }) as Comment;
    const texts = () => cache.getQueryData<Comment[]>(keys.comments("1"))?.map(({ text }) => text);
    const about = (type: string, id: string, who = BOB) => message(type, { id, who, position_id: "1" });
    beforeEach(() => {
      cache.setQueryData(keys.comments("1"), [said("a", "First")]);
    });

    it("reads a new one by itself and puts it last, an edited one into its place", async () => {
      const { asked } = answering({ a: said("a", "Edited"), b: said("b", "Second") });

      applyLive(cache, about("comment_added", "b"), ME);
      applyLive(cache, about("comment_edited", "a"), ME);
      await settled();

      expect(texts()).toEqual(["Edited", "Second"]);
      expect(asked.sort()).toEqual(["a", "b"]);
    });

    it("takes a deleted one away without asking", () => {
      const { asked } = answering({});

      applyLive(cache, about("comment_deleted", "a"), ME);

      expect(texts()).toEqual([]);
      expect(asked).toEqual([]);
    });

    it("does not read again what I have just written, nor a conversation nobody opened", async () => {
      const { asked } = answering({});

      applyLive(cache, about("comment_added", "a", ME), ME);
      applyLive(cache, message("comment_added", { id: "c", who: BOB, position_id: "2" }), ME);
      await aMomentLater();

      expect(asked).toEqual([]);
    });

    it("reads what I have just written in another window", async () => {
      answering({ b: said("b", "From my phone") });

      applyLive(cache, about("comment_added", "b", ME), ME);
      await aMomentLater();

      expect(texts()).toEqual(["First", "From my phone"]);
    });

    it("reads the conversation again when a new one is gone before it was read", async () => {
      answering({});

      applyLive(cache, about("comment_added", "b"), ME);
      await settled();

      expect(cache.getQueryState(keys.comments("1"))?.isInvalidated).toBe(true);
    });
  });

  it("shows a friend come and go without asking anybody", () => {
    const { asked } = answering({});
    cache.setQueryData(keys.friends, [{ did: BOB, online: false } as Friend]);

    applyLive(cache, message("friend_online", { id: BOB, who: BOB }), ME);

    expect(cache.getQueryData<Friend[]>(keys.friends)?.[0]?.online).toBe(true);
    expect(asked).toEqual([]);
  });

  it("shows how much of a position is missing", () => {
    answering({});

    applyLive(cache, message("sync_gap", { id: "1", known: 41, missing: 2 }), ME);
    expect(ideas()?.at(-1)?.complete).toEqual({ known: 41, missing: 2, unknown: 0, forked: [] });

    applyLive(cache, message("sync_gap", { id: "1", known: 41, missing: 0, unknown: 1, forked: [BOB] }), ME);
    expect(ideas()?.at(-1)?.complete).toEqual({ known: 41, missing: 0, unknown: 1, forked: [BOB] });
  });

  it("reads everything again after resync", () => {
    answering({});

    applyLive(cache, message("resync", {}), ME);

    expect(cache.getQueryState(keys.ideas)?.isInvalidated).toBe(true);
  });

  it("leaves a message alone that it does not know", () => {
    expect(() => {
      applyLive(cache, message("something_newer", { id: "1" }), ME);
    }).not.toThrow();
  });

  it("reads nothing of what this page takes away, however early its planner tells of it", async () => {
    const { asked } = answering({ "1": idea("1") });
    const deleted = takingAway(cache, "1", async () => {
      applyLive(cache, message("position_updated", { id: "1", who: ME, fields: [] }), ME);
      applyLive(cache, message("comment_added", { id: "c", who: BOB, position_id: "1" }), ME);
      await aMomentLater();
    });
    await deleted;
    dropPosition(cache, "1");
    applyLive(cache, message("delivery_changed", { id: "1", who: BOB, delivery: "revoked" }), ME);
    await aMomentLater();

    expect(asked).toEqual([]);
    expect(ideas()?.map(({ id }) => id)).toEqual(["2"]);
    expect(cache.getQueryData(keys.idea("1"))).toBeUndefined();
  });

  it("goes on reading what its planner refused to take away", async () => {
    const { asked } = answering({ "1": idea("1", { stop: "95" }) });
    await expect(takingAway(cache, "1", () => Promise.reject(new Error("no")))).rejects.toThrow("no");

    applyLive(cache, message("position_updated", { id: "1", who: ME, fields: ["stop"] }), ME);
    await settled();

    expect(asked).toEqual(["1"]);
  });
});
