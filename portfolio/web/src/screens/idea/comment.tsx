import { ActionIcon, Menu } from "@mantine/core";
import { IconCornerDownRight, IconDots, IconPencil, IconTrash } from "@tabler/icons-react";
import { memo, useState } from "react";
import { useMe } from "../../api/session";
import type { Comment } from "../../api/types";
import { useWords } from "../../i18n";
import { Ago } from "../../ui/ago";
import { Markdown } from "../../ui/markdown";
import { colourOf, usePeople } from "../../ui/people";
import { Avatar } from "../../ui/person";
import classes from "./comments.module.css";
import { Composer } from "./composer";
import type { useComments } from "./use-comments";

interface CommentItemProps {
  readonly comment: Comment;
  readonly fresh: boolean;
  readonly mayComment: boolean;
  readonly actions: ReturnType<typeof useComments>;
  readonly onReply: (() => void) | undefined;
}

export const CommentItem = memo(function CommentItem({ comment, fresh, mayComment, actions, onReply }: CommentItemProps) {
  const words = useWords();
  const me = useMe();
  const person = usePeople()(comment.author);
  const [editing, setEditing] = useState(false);
  const name = comment.guest?.name ?? (person.isMe ? words.common.you : person.name);
  const mine = comment.author === me.did && mayComment;
  return (
    <article className={classes.comment} data-fresh={fresh || undefined} aria-label={words.idea.comments.by(name)} data-testid="comment">
      <Avatar name={comment.guest?.name ?? person.name} colour={comment.guest === undefined ? person.colour : colourOf(comment.author)} size={26} />
      <div className={classes.body}>
        <header className={classes.head}>
          <strong>{name}</strong>
          {comment.guest !== undefined && <span className={classes.guest}>{words.idea.comments.guest}</span>}
          <span className={classes.when}>
            <Ago at={comment.created} off={comment.clock_off} />
            {comment.edited !== null && <> · {words.idea.comments.edited}</>}
          </span>
          {fresh && <span className={classes.fresh}>{words.idea.comments.fresh}</span>}
          <span className={classes.actions}>
            {onReply !== undefined && (
              <ActionIcon size="sm" aria-label={words.idea.comments.replyTo(name)} onClick={onReply}>
                <IconCornerDownRight size={15} stroke={1.7} />
              </ActionIcon>
            )}
            {mine && (
              <OwnMenu
                onEdit={() => {
                  setEditing(true);
                }}
                onDelete={() => {
                  actions.remove(comment);
                }}
              />
            )}
          </span>
        </header>
        {editing ? (
          <Composer
            draft={`edit/${comment.id}`}
            initial={comment.text}
            label={words.idea.comments.edit}
            action={words.common.save}
            focused
            onSend={(text) => actions.edit({ comment, text })}
            onDone={() => {
              setEditing(false);
            }}
          />
        ) : (
          <Markdown text={comment.text} />
        )}
      </div>
    </article>
  );
});

function OwnMenu({ onEdit, onDelete }: { onEdit: () => void; onDelete: () => void }) {
  const words = useWords();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon size="sm" aria-label={words.idea.comments.more}>
          <IconDots size={15} stroke={1.7} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPencil size={15} stroke={1.7} />} onClick={onEdit}>
          {words.common.edit}
        </Menu.Item>
        <Menu.Item color="vermilion" leftSection={<IconTrash size={15} stroke={1.7} />} onClick={onDelete}>
          {words.common.delete}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
