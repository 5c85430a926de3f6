import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ANSWER_WITHIN_MS, ASK_EVERY_MS, Live, type Connection, type Socket } from "./live";
import type { LiveMessage } from "./types";

/** A planner's end of the sockets, under the test's control. */
class Planner {
  readonly opened: { since: number | null; socket: Socket; asked: number; closed: boolean }[] = [];
  answers = true;

  open = (since: number | null): Socket => {
    const entry: Planner["opened"][number] = {
      since,
      asked: 0,
      closed: false,
      socket: {
        onmessage: null,
        onclose: null,
        send: () => {
          entry.asked += 1;
          if (this.answers) {
            this.say(hello(since ?? 7));
          }
        },
        close: () => {
          entry.closed = true;
        },
      },
    };
    this.opened.push(entry);
    return entry.socket;
  };

  get latest() {
    const entry = this.opened.at(-1);
    if (entry === undefined) {
      throw new Error("nothing was opened");
    }
    return entry;
  }

  say(message: LiveMessage): void {
    this.latest.socket.onmessage?.(new MessageEvent("message", { data: JSON.stringify(message) }));
  }

  die(code = 1006): void {
    this.latest.socket.onclose?.(new CloseEvent("close", { code }));
  }
}

const hello = (n: number): LiveMessage => ({ n, type: "hello", data: { who: "did:key:z6Mk", version: "1" } });
const updated = (n: number): LiveMessage => ({
  n,
  type: "position_updated",
  data: { id: "01", who: "did:key:z6Mk", fields: ["stop"] },
});

function begun(): { planner: Planner; live: Live; states: Connection[]; got: LiveMessage[] } {
  const planner = new Planner();
  const states: Connection[] = [];
  const got: LiveMessage[] = [];
  const live = new Live({
    open: planner.open,
    onState: (state) => states.push(state),
    onMessage: (message) => got.push(message),
  });
  live.start();
  return { planner, live, states, got };
}

describe("the live socket", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is live from the first hello on", () => {
    const { planner, states, got } = begun();

    expect(planner.latest.since).toBeNull();
    planner.say(hello(7));
    planner.say(updated(8));

    expect(states).toEqual(["connecting", "live"]);
    expect(got.map((message) => message.n)).toEqual([7, 8]);
  });

  it("resumes after the last message it saw when the planner dies", () => {
    const { planner, states } = begun();
    planner.say(hello(7));
    planner.say(updated(12));

    planner.die();
    vi.advanceTimersByTime(0);

    expect(states.at(-1)).toBe("reconnecting");
    expect(planner.latest.since).toBe(12);
    planner.say(hello(12));
    expect(states.at(-1)).toBe("live");
  });

  it("notices within two seconds that a silent planner is gone", () => {
    const { planner, states } = begun();
    planner.say(hello(7));
    planner.answers = false;

    vi.advanceTimersByTime(ASK_EVERY_MS + ANSWER_WITHIN_MS);

    expect(ASK_EVERY_MS + ANSWER_WITHIN_MS).toBeLessThan(2_000);
    expect(states.at(-1)).toBe("reconnecting");
    expect(planner.opened[0]?.closed).toBe(true);
  });

  it("stays live for as long as the planner answers, and shows nobody the answers", () => {
    const { planner, states, got } = begun();
    planner.say(hello(7));

    vi.advanceTimersByTime(60_000);

    expect(states).toEqual(["connecting", "live"]);
    expect(planner.opened).toHaveLength(1);
    expect(planner.latest.asked).toBeGreaterThan(30);
    expect(got).toHaveLength(1);
  });

  it("goes on trying while the planner is away, ever slower", () => {
    const { planner } = begun();
    planner.say(hello(7));

    for (let turn = 0; turn < 8; turn += 1) {
      planner.die();
      vi.advanceTimersByTime(2_000);
    }

    expect(planner.opened).toHaveLength(9);
    expect(planner.latest.since).toBe(7);
  });

  it("tries at once when somebody looks again", () => {
    const { planner, live } = begun();
    planner.say(hello(7));
    for (let turn = 0; turn < 5; turn += 1) {
      planner.die();
      vi.advanceTimersByTime(2_000);
    }
    planner.die();
    const before = planner.opened.length;

    live.wake();

    expect(planner.opened).toHaveLength(before + 1);
  });

  it("asks at once after sleep, and comes back by itself", () => {
    const { planner, live, states } = begun();
    planner.say(hello(7));
    planner.answers = false;

    live.wake();
    vi.advanceTimersByTime(ANSWER_WITHIN_MS);

    expect(states.at(-1)).toBe("reconnecting");
  });

  it("counts anew after resync, as a restored planner does", () => {
    const { planner } = begun();
    planner.say(hello(900));
    planner.say({ n: 3, type: "resync", data: {} });

    planner.die();
    vi.advanceTimersByTime(0);

    expect(planner.latest.since).toBe(3);
  });

  it("ends with the login and does not come back", () => {
    const { planner, states } = begun();
    planner.say(hello(7));

    planner.die(4401);
    vi.advanceTimersByTime(60_000);

    expect(states.at(-1)).toBe("ended");
    expect(planner.opened).toHaveLength(1);
  });

  it("is quiet after stop", () => {
    const { planner, live } = begun();
    planner.say(hello(7));

    live.stop();
    live.wake();
    live.lost();
    vi.advanceTimersByTime(60_000);

    expect(planner.opened).toHaveLength(1);
    expect(planner.latest.closed).toBe(true);
  });
});
