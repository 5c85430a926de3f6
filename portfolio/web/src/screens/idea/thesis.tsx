/** Why: read as a text, written as plain text with a little Markdown; a draft survives everything. */

import { Button, Textarea } from "@mantine/core";
import { useRef, useState } from "react";
import type { Change, Idea, IdeaPatch } from "../../api/types";
import { useWords } from "../../i18n";
import { useDraft } from "../../lib/drafts";
import { useShortcut } from "../../lib/keyboard";
import { Ago } from "../../ui/ago";
import { Markdown } from "../../ui/markdown";
import { Card, Section } from "../../ui/page";
import { Person } from "../../ui/person";
import classes from "./idea.module.css";

const LENGTH_MAX = 20_000;

interface ThesisProps {
  readonly idea: Idea;
  readonly mayEdit: boolean;
  readonly change: Change | undefined;
  readonly revise: (patch: IdeaPatch, base: Idea) => void;
}

export function Thesis(props: ThesisProps) {
  const { idea, mayEdit, change } = props;
  const words = useWords();
  const draft = useDraft(`thesis/${idea.id}`, "");
  const [writing, setWriting] = useState(draft.text !== "");
  const base = useRef(idea);
  const edit = () => {
    base.current = idea;
    if (draft.text === "") {
      draft.write(idea.thesis);
    }
    setWriting(true);
  };
  useShortcut(mayEdit ? "e" : null, words.idea.editThesis, words.shell.groups.act, edit);
  const open = writing && mayEdit;
  return (
    <Section
      title={words.idea.thesis}
      aside={
        <div className={classes.sectionAside}>
          {change !== undefined && !open && (
            <span className={classes.author}>
              <Person did={change.who} size={14} you /> · <Ago at={change.at} />
            </span>
          )}
          {mayEdit && !open && (
            <Button variant="subtle" size="compact-sm" onClick={edit}>
              {words.common.edit}
            </Button>
          )}
        </div>
      }
    >
      <Card>
        {open ? (
          <Writer
            {...props}
            text={draft.text}
            write={draft.write}
            onDone={(save) => {
              if (save && draft.text.trim() !== idea.thesis) {
                props.revise({ thesis: draft.text.trim() }, base.current);
              }
              draft.clear();
              setWriting(false);
            }}
          />
        ) : idea.thesis === "" ? (
          <p className={classes.quiet}>{mayEdit ? words.idea.noThesisYet : words.idea.noThesis}</p>
        ) : (
          <Markdown text={idea.thesis} />
        )}
      </Card>
    </Section>
  );
}

interface WriterProps {
  readonly idea: Idea;
  readonly text: string;
  readonly write: (text: string) => void;
  readonly onDone: (save: boolean) => void;
}

function Writer({ idea, text, write, onDone }: WriterProps) {
  const words = useWords();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onDone(true);
      }}
    >
      <Textarea
        autosize
        minRows={6}
        maxRows={24}
        maxLength={LENGTH_MAX}
        data-autofocus
        ref={focusOnce}
        aria-label={words.idea.thesis}
        description={words.idea.markdownHint}
        inputWrapperOrder={["input", "description"]}
        value={text}
        onChange={(event) => {
          write(event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape" && text === idea.thesis) {
            onDone(false);
          } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            onDone(true);
          }
        }}
      />
      <div className={classes.formActions}>
        <Button variant="default" size="xs" onClick={() => { onDone(false); }}>
          {words.common.cancel}
        </Button>
        <Button type="submit" size="xs">
          {words.common.save}
        </Button>
      </div>
    </form>
  );
}

/** The field that a click opened takes the focus, at its end. */
function focusOnce(element: HTMLTextAreaElement | null): void {
  if (element !== null && document.activeElement !== element) {
    element.focus({ preventScroll: true });
    element.setSelectionRange(element.value.length, element.value.length);
  }
}
