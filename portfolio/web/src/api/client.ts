/**
 * The one way to the API: typed calls that answer the data or throw a `ProblemError`.
 *
 * Each change carries `X-Requested-With` (portfolio/api/gate.py) and each POST an
 * `Idempotency-Key`, so one whose answer was lost is sent again without a second effect.
 */

import createClient, { type Middleware } from "openapi-fetch";
import { ProblemError, UnreachableError, problemOf } from "./problem";
import type { paths } from "./schema";
import { versions } from "./versions";

const RETRY_AFTER_MS = [250, 1_000];
const LOGGED_OUT = 401;
const UNAVAILABLE = 503;

let onLoggedOut: () => void = () => undefined;

/** Says what to do when the planner no longer knows this browser. */
export function whenLoggedOut(react: () => void): void {
  onLoggedOut = react;
}

/** 128 random bits; `crypto.randomUUID` is missing where the page is served without TLS on a LAN. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Sends again what may be: reading, and changes under a key, while the planner does not answer. */
export async function persistentFetch(request: Request, send: typeof fetch = fetch): Promise<Response> {
  const repeatable = request.method === "GET" || request.headers.has("Idempotency-Key");
  for (let attempt = 0; ; attempt += 1) {
    const pause = repeatable ? RETRY_AFTER_MS[attempt] : undefined;
    try {
      const response = await send(request.clone());
      if (response.status !== UNAVAILABLE || pause === undefined) {
        return response;
      }
    } catch (error) {
      if (request.signal.aborted) {
        throw error;
      }
      if (pause === undefined) {
        throw new UnreachableError("no answer", { cause: error });
      }
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

const headers: Middleware = {
  onRequest: ({ request }) => {
    if (request.method !== "GET") {
      request.headers.set("X-Requested-With", "portfolio");
    }
    if (request.method === "POST" && !request.headers.has("Idempotency-Key")) {
      request.headers.set("Idempotency-Key", newKey());
    }
    return request;
  },
  onResponse: async ({ response }) => {
    if (response.ok) {
      return;
    }
    const problem = await problemOf(response);
    if (problem.status === LOGGED_OUT && problem.name !== "bad-code") {
      onLoggedOut();
    }
    throw problem;
  },
};

export const api = createClient<paths>({
  baseUrl: window.location.origin,
  fetch: (request) => persistentFetch(request),
  credentials: "same-origin",
});
api.use(headers, versions);

/** The data of a call: `await data(api.GET("/api/v1/me"))`. */
export async function data<T>(call: Promise<{ data?: T; response: Response }>): Promise<T> {
  const answer = await call;
  if (answer.data === undefined && answer.response.status !== 204) {
    throw new ProblemError(answer.response.status, {});
  }
  return answer.data as T;
}

/** What a change answered, and the name of the write that takes it back; null when nothing does. */
export interface Written<T> {
  readonly answer: T;
  readonly write: string | null;
}

/** The data of a change that can be taken back: `await written(api.DELETE(…))`. */
export async function written<T>(call: Promise<{ data?: T; response: Response }>): Promise<Written<T>> {
  const { response } = await call;
  return { answer: await data(call), write: response.headers.get("Undo") };
}

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

const PAGES_MAX = 50;
export const PAGE = 200;

/** All items of a list, page by page; at most 10,000. */
export async function everything<T>(page: (cursor: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null | undefined;
  for (let count = 0; count < PAGES_MAX && cursor !== null; count += 1) {
    const found = await page(cursor);
    items.push(...found.items);
    cursor = found.next;
  }
  return items;
}
