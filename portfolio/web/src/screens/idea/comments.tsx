/** The conversation about an idea. What came since the last visit is marked. */

import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { queries } from "../../api/queries";
import { useMe } from "../../api/session";
import type { Comment } from "../../api/types";
import { useWords } from "../../i18n";
import { Loaded } from "../../ui/page";
import { SkeletonText } from "../../ui/skeletons";
import { CommentItem } from "./comment";
import { Composer } from "./composer";
import classes from "./comments.module.css";
import { threadsOf, type Thread } from "./threads";
import { readMark, unseen, writeMark } from "./unseen";
import { useComments } from "./use-comments";

interface CommentsProps {
  readonly position: string;
  readonly mayComment: boolean;
}

export function Comments({ position, mayComment }: CommentsProps) {
  const comments = useQuery(queries.comments(position));
  return (
    <Loaded query={comments} skeleton={<SkeletonText lines={4} />}>
      {(all) => <Conversation position={position} mayComment={mayComment} comments={all} />}
    </Loaded>
  );
}

function Conversation({ position, mayComment, comments }: CommentsProps & { comments: readonly Comment[] }) {
  const words = useWords();
  const fresh = useFresh(position, comments);
  const actions = useComments(position);
  const threads = threadsOf(comments);
  return (
    <div className={classes.conversation}>
      {threads.length === 0 && (
        <p className={classes.quiet}>{mayComment ? words.idea.comments.none : words.idea.comments.noneToRead}</p>
      )}
      <ul className={classes.threads}>
        {threads.map((thread) => (
          <ThreadItem key={thread.id} thread={thread} fresh={fresh} mayComment={mayComment} actions={actions} />
        ))}
      </ul>
      {mayComment ? (
        <Composer
          draft={`comment/${position}`}
          label={words.idea.comments.write}
          action={words.idea.comments.send}
          shortcut="c"
          onSend={(text) => actions.add({ text, replyTo: null })}
        />
      ) : (
        <p className={classes.quiet}>{words.idea.comments.mayOnlyRead}</p>
      )}
    </div>
  );
}

interface ThreadProps {
  readonly thread: Thread;
  readonly fresh: ReadonlySet<string>;
  readonly mayComment: boolean;
  readonly actions: ReturnType<typeof useComments>;
}

function ThreadItem({ thread, fresh, mayComment, actions }: ThreadProps) {
  const words = useWords();
  const [replying, setReplying] = useState(false);
  const begin = useCallback(() => {
    setReplying(true);
  }, []);
  const reply = mayComment ? begin : undefined;
  const item = (comment: Comment) => (
    <CommentItem comment={comment} fresh={fresh.has(comment.id)} mayComment={mayComment} actions={actions} onReply={reply} />
  );
  return (
    <li className={classes.thread}>
      {thread.first === null ? <p className={classes.goneComment}>{words.idea.comments.gone}</p> : item(thread.first)}
      {(thread.replies.length > 0 || replying) && (
        <ul className={classes.replies}>
          {thread.replies.map((comment) => (
            <li key={comment.id}>{item(comment)}</li>
          ))}
          {replying && (
            <li>
              <Composer
                draft={`reply/${thread.id}`}
                label={words.idea.comments.reply}
                action={words.idea.comments.reply}
                focused
                onSend={(text) => actions.add({ text, replyTo: thread.id })}
                onDone={() => {
                  setReplying(false);
                }}
              />
            </li>
          )}
        </ul>
      )}
    </li>
  );
}

/** New since the last visit; the marks stay while one is here, and the visit is remembered. */
function useFresh(position: string, comments: readonly Comment[]): ReadonlySet<string> {
  const me = useMe().did;
  const [mark] = useState(() => readMark(position));
  useEffect(() => {
    const remember = () => {
      if (!document.hidden) {
        writeMark(position, comments);
      }
    };
    remember();
    document.addEventListener("visibilitychange", remember);
    return () => {
      document.removeEventListener("visibilitychange", remember);
    };
  }, [position, comments]);
  return unseen(comments, mark, me);
}
