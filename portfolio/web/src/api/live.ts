/**
 * The live socket: what changed on the planner, in order and without a gap.
 *
 * It says the last `n` it saw when it comes back, and gets the rest, or `resync` when that is too
 * long ago. Frames of a WebSocket's own ping are invisible to a page, so it asks "still there?"
 * itself each second while somebody looks; the planner answers any text with `hello`. So a cut
 * shows within two seconds, be it a killed planner, a sleeping laptop or a pulled cable.
 */

import type { LiveMessage } from "./types";

export type Connection = "connecting" | "live" | "reconnecting" | "ended";

export const ASK_EVERY_MS = 1_000;
export const ANSWER_WITHIN_MS = 900;
const ASK_HIDDEN_MS = 20_000;
const RECONNECT_MS = [0, 200, 500, 1_000, 2_000];
const OPEN_WITHIN_MS = 3_000;
const LOGGED_OUT = 4401;

/** The part of WebSocket that is used; tests bring their own. */
export interface Socket {
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  send(text: string): void;
  close(): void;
}

export interface LiveOptions {
  readonly open: (since: number | null) => Socket;
  readonly onMessage: (message: LiveMessage) => void;
  readonly onState: (state: Connection) => void;
  readonly isHidden?: () => boolean;
}

export function openSocket(since: number | null): Socket {
  const url = new URL("/api/v1/live", window.location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  if (since !== null) {
    url.searchParams.set("since", String(since));
  }
  return new WebSocket(url, "portfolio.v1");
}

export class Live {
  private readonly options: LiveOptions;
  private socket: Socket | null = null;
  private last: number | null = null;
  private attempts = 0;
  private greeted = false;
  private stopped = true;
  private state: Connection | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LiveOptions) {
    this.options = options;
  }

  start(): void {
    this.stopped = false;
    this.tell("connecting");
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    this.drop();
  }

  /** Somebody looks again, or the network is back: find out now, not at the next turn. */
  wake(): void {
    if (this.stopped) {
      return;
    }
    if (this.socket !== null && this.greeted) {
      this.ask();
    } else {
      this.attempts = 0;
      this.connect();
    }
  }

  /** The browser says that there is no network. */
  lost(): void {
    if (!this.stopped) {
      this.again();
    }
  }

  private connect(): void {
    this.drop();
    const socket = this.options.open(this.last);
    this.socket = socket;
    this.greeted = false;
    socket.onmessage = (event) => {
      if (typeof event.data === "string") {
        this.take(JSON.parse(event.data) as LiveMessage);
      }
    };
    socket.onclose = (event) => {
      if (event.code === LOGGED_OUT) {
        this.stop();
        this.tell("ended");
      } else {
        this.again();
      }
    };
    this.after(OPEN_WITHIN_MS, () => {
      this.again();
    });
  }

  private take(message: LiveMessage): void {
    this.after(this.options.isHidden?.() === true ? ASK_HIDDEN_MS : ASK_EVERY_MS, () => {
      this.ask();
    });
    if (message.type === "hello" && this.greeted) {
      return; // the answer to "still there?"
    }
    // After `resync` the planner may count from an earlier number: it was restored.
    this.last = message.type === "resync" ? message.n : Math.max(message.n, this.last ?? 0);
    if (!this.greeted) {
      this.greeted = true;
      this.attempts = 0;
      this.tell("live");
    }
    this.options.onMessage(message);
  }

  private ask(): void {
    this.after(ANSWER_WITHIN_MS, () => {
      this.again();
    });
    this.socket?.send("?");
  }

  private again(): void {
    this.drop();
    this.tell("reconnecting");
    const pause = RECONNECT_MS[Math.min(this.attempts, RECONNECT_MS.length - 1)] ?? 0;
    this.attempts += 1;
    this.after(pause, () => {
      this.connect();
    });
  }

  private drop(): void {
    clearTimeout(this.timer);
    const { socket } = this;
    this.socket = null;
    if (socket !== null) {
      socket.onmessage = null;
      socket.onclose = null;
      socket.close();
    }
  }

  private tell(state: Connection): void {
    if (state !== this.state) {
      this.state = state;
      this.options.onState(state);
    }
  }

  /** The one thing this waits for at a time. */
  private after(ms: number, act: () => void): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(act, ms);
  }
}
