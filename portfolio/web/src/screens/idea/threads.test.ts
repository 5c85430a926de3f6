import { describe, expect, it } from "vitest";
import type { Comment } from "../../api/types";
import { threadsOf } from "./threads";

const comment = (id: string, reply_to: string | null = null): Comment => ({
  id,
  author: "did:key:x",
  text: id,
  created: "2026-11-22T10:00:00Z",
  edited: null,
  reply_to,
});

const shape = (comments: Comment[]) =>
  threadsOf(comments).map(({ id, first, replies }) => [id, first?.id ?? null, replies.map((reply) => reply.id)]);

describe("conversations", () => {
  it("gather a comment and its answers, also answers to answers", () => {
    expect(shape([comment("a"), comment("b"), comment("c", "a"), comment("d", "c")])).toEqual([
      ["a", "a", ["c", "d"]],
      ["b", "b", []],
    ]);
  });

  it("stay together when what began them was deleted or has not come yet", () => {
    expect(shape([comment("b", "gone"), comment("c", "gone")])).toEqual([["gone", null, ["b", "c"]]]);
    expect(shape([comment("b", "a"), comment("a")])).toEqual([["a", "a", ["b"]]]);
  });

  it("end although somebody points in a circle", () => {
    expect(threadsOf([comment("a", "b"), comment("b", "a")]).length).toBeGreaterThan(0);
  });
});
