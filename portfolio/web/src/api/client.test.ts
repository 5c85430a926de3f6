import { describe, expect, it, vi } from "vitest";
import { everything, persistentFetch } from "./client";
import { UnreachableError } from "./problem";
import { codeOf } from "./session";

const URL_ = "http://planner.example/api/v1/friends";

describe("asking the planner", () => {
  it("sends a POST again under the same key when no answer came", async () => {
    vi.useFakeTimers();
    const keys: (string | null)[] = [];
    const send = vi.fn((request: Request) => {
      keys.push(request.headers.get("Idempotency-Key"));
      return keys.length === 1 ? Promise.reject(new TypeError("cut")) : Promise.resolve(new Response("{}"));
    });
    const request = new Request(URL_, { method: "POST", body: "{}", headers: { "Idempotency-Key": "k1" } });

    const answer = persistentFetch(request, send as unknown as typeof fetch);
    await vi.runAllTimersAsync();

    expect((await answer).status).toBe(200);
    expect(keys).toEqual(["k1", "k1"]);
    vi.useRealTimers();
  });

  it("never sends a change without a key twice", async () => {
    const send = vi.fn(() => Promise.reject(new TypeError("cut")));
    const request = new Request(URL_, { method: "PATCH", body: "{}" });

    await expect(persistentFetch(request, send)).rejects.toThrow(UnreachableError);
    expect(send).toHaveBeenCalledTimes(1);
  });

  it("waits while the planner is starting", async () => {
    vi.useFakeTimers();
    const answers = [503, 200];
    const send = vi.fn(() => Promise.resolve(new Response("{}", { status: answers.shift() ?? 200 })));

    const answer = persistentFetch(new Request(URL_), send);
    await vi.runAllTimersAsync();

    expect((await answer).status).toBe(200);
    vi.useRealTimers();
  });

  it("gives up after a while and says that nobody answers", async () => {
    vi.useFakeTimers();
    const send = vi.fn(() => Promise.reject(new TypeError("refused")));

    const answer = persistentFetch(new Request(URL_), send);
    const checked = expect(answer).rejects.toThrow(UnreachableError);
    await vi.runAllTimersAsync();

    await checked;
    expect(send).toHaveBeenCalledTimes(3);
    vi.useRealTimers();
  });
});

describe("lists", () => {
  it("are read to their last page", async () => {
    const pages: Record<string, { items: number[]; next: string | null }> = {
      "": { items: [1, 2], next: "b" },
      b: { items: [3], next: null },
    };

    expect(await everything((cursor) => Promise.resolve(pages[cursor ?? ""] ?? { items: [], next: null }))).toEqual([1, 2, 3]);
  });

  it("end somewhere, even if the planner never does", async () => {
    const page = vi.fn(() => Promise.resolve({ items: [1], next: "again" }));

    expect((await everything(page)).length).toBeLessThanOrEqual(50);
  });
});

describe("a login link", () => {
  it("is taken as a whole, or as its code", () => {
    expect(codeOf("http://127.0.0.1:8000/#login=abc-_9")).toBe("abc-_9");
    expect(codeOf("  abc-_9 ")).toBe("abc-_9");
  });
});
