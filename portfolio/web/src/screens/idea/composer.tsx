/** Where a comment is written. The draft stays in this browser until it was sent. */

import { Button, Textarea } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useWords } from "../../i18n";
import { useDraft } from "../../lib/drafts";
import { useShortcut } from "../../lib/keyboard";
import classes from "./comments.module.css";

const LENGTH_MAX = 10_000;

interface ComposerProps {
  /** The name of its draft. */
  readonly draft: string;
  readonly initial?: string;
  readonly label: string;
  readonly action: string;
  readonly focused?: boolean;
  /** A key that comes here from everywhere on the screen. */
  readonly shortcut?: string;
  readonly onSend: (text: string) => Promise<unknown>;
  /** It was sent or given up: for a composer that was opened. */
  readonly onDone?: () => void;
}

export function Composer(props: ComposerProps) {
  const { label, action, onSend, onDone } = props;
  const words = useWords();
  const { text, write, clear } = useDraft(props.draft, props.initial ?? "");
  const [sending, setSending] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const { focused = false } = props;
  useEffect(() => {
    if (focused) {
      field.current?.focus();
    }
  }, [focused]);
  useShortcut(props.shortcut ?? null, label, words.shell.groups.act, () => {
    field.current?.focus();
  });
  const send = async () => {
    if (text.trim() === "" || sending) {
      return;
    }
    setSending(true);
    try {
      await onSend(text.trim());
      clear();
      onDone?.();
    } catch {
      field.current?.focus(); // the reason is told in a toast; the text is still here
    } finally {
      setSending(false);
    }
  };
  return (
    <form
      className={classes.composer}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Textarea
        ref={field}
        autosize
        minRows={1}
        maxRows={12}
        maxLength={LENGTH_MAX}
        aria-label={label}
        placeholder={`${label}…`}
        value={text}
        onChange={(event) => {
          write(event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            void send();
          } else if (event.key === "Escape") {
            event.stopPropagation();
            field.current?.blur();
            if (text.trim() === (props.initial ?? "")) {
              onDone?.();
            }
          }
        }}
      />
      {(text !== "" || onDone !== undefined) && (
        <div className={classes.composerActions}>
          <span className={classes.hint}>{words.idea.comments.hint}</span>
          {onDone !== undefined && (
            <Button
              variant="default"
              size="xs"
              onClick={() => {
                clear();
                onDone();
              }}
            >
              {words.common.cancel}
            </Button>
          )}
          <Button type="submit" size="xs" loading={sending} disabled={text.trim() === ""}>
            {action}
          </Button>
        </div>
      )}
    </form>
  );
}
