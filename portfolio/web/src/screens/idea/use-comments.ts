/** Writing, changing and deleting comments; a deleted one can be written again from the toast. */

import { useMemo } from "react";
import { useChange } from "../../api/change";
import { api, data } from "../../api/client";
import { keys } from "../../api/queries";
import type { Comment } from "../../api/types";
import { useWords } from "../../i18n";

interface NewComment {
  readonly text: string;
  readonly replyTo: string | null;
}

export function useComments(position: string) {
  const words = useWords();
  const key = keys.comments(position);
  const one = (comment: string) => ({ path: { id: position, comment_id: comment } });

  const add = useChange<NewComment, Comment>({
    send: ({ text, replyTo }) =>
      data(
        api.POST("/api/v1/positions/{id}/comments", {
          params: { path: { id: position } },
          body: { text, reply_to: replyTo },
        }),
      ),
    keep: (cache, answer) => {
      cache.setQueryData<Comment[]>(key, (all) =>
        all === undefined || all.some(({ id }) => id === answer.id) ? all : [...all, answer],
      );
    },
  });
  const edit = useChange<{ comment: Comment; text: string }, Comment>({
    send: ({ comment, text }) =>
      data(api.PATCH("/api/v1/positions/{id}/comments/{comment_id}", { params: one(comment.id), body: { text } })),
    touches: () => [key],
    show: (cache, { comment, text }) => {
      cache.setQueryData<Comment[]>(key, (all) => all?.map((each) => (each.id === comment.id ? { ...each, text } : each)));
    },
    keep: (cache, answer) => {
      cache.setQueryData<Comment[]>(key, (all) => all?.map((each) => (each.id === answer.id ? answer : each)));
    },
  });
  const remove = useChange<Comment, unknown>({
    send: ({ id }) => data(api.DELETE("/api/v1/positions/{id}/comments/{comment_id}", { params: one(id) })),
    touches: () => [key],
    show: (cache, { id }) => {
      cache.setQueryData<Comment[]>(key, (all) => all?.filter((each) => each.id !== id));
    },
    said: (comment) => ({
      message: words.idea.comments.deleted,
      undo: () => add.mutateAsync({ text: comment.text, replyTo: comment.reply_to }),
    }),
  });
  const [adding, editing, removing] = [add.mutateAsync, edit.mutateAsync, remove.mutate];
  // The same from one drawing to the next, so that a new comment draws itself and no other.
  return useMemo(() => ({ add: adding, edit: editing, remove: removing }), [adding, editing, removing]);
}
