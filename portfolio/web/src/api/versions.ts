/**
 * The version of each position that was last read, for `If-Match`.
 *
 * Kept beside the cache and not in it: lists and live updates carry the same idea without a tag, and
 * a tag that is a little old only costs one more look (`screens/idea/revise.ts`).
 */

import type { Middleware } from "openapi-fetch";

const ONE_POSITION = /\/api\/v1\/positions\/(?:ideas\/)?([0-9A-HJKMNP-TV-Z]{26})$/;
const tags = new Map<string, string>();

export const versions: Middleware = {
  onResponse: ({ request, response }) => {
    const id = ONE_POSITION.exec(new URL(request.url).pathname)?.[1];
    const tag = response.headers.get("ETag");
    if (id !== undefined && tag !== null && response.ok) {
      tags.set(id, tag);
    }
  },
};

/** The header to send with a change; empty while the position was never read by itself. */
export function ifMatch(id: string): { "If-Match"?: string } {
  const tag = tags.get(id);
  return tag === undefined ? {} : { "If-Match": tag };
}
