/** Comments as conversations: a comment and all that answers it, one level deep, as they arrived. */

import type { Comment } from "../../api/types";

export interface Thread {
  /** The id of what began it; it may be gone by now. */
  readonly id: string;
  readonly first: Comment | null;
  readonly replies: readonly Comment[];
}

export function threadsOf(comments: readonly Comment[]): Thread[] {
  const byId = new Map(comments.map((comment) => [comment.id, comment]));
  const threads = new Map<string, { first: Comment | null; replies: Comment[] }>();
  for (const comment of comments) {
    const root = rootOf(comment, byId);
    const thread = threads.get(root) ?? { first: byId.get(root) ?? null, replies: [] };
    threads.set(root, thread);
    if (comment.id !== root) {
      thread.replies.push(comment);
    }
  }
  return [...threads].map(([id, thread]) => ({ id, ...thread }));
}

/** The id of the comment that began it; what a friend sends may point in a circle. */
function rootOf(comment: Comment, byId: ReadonlyMap<string, Comment>): string {
  const passed = new Set<string>();
  let at = comment;
  while (at.reply_to !== null && !passed.has(at.id)) {
    passed.add(at.id);
    const next = byId.get(at.reply_to);
    if (next === undefined) {
      return at.reply_to;
    }
    at = next;
  }
  return at.id;
}
