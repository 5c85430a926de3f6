import { Button, Textarea } from "@mantine/core";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { useState, type SubmitEvent } from "react";
import { useChange } from "../../api/change";
import { api, data } from "../../api/client";
import { useWords } from "../../i18n";
import { StepHead } from "./step-head";
import classes from "./welcome.module.css";

const WORDS = 24;

/** The recovery words: checked against the planner, or later. */
export function WordsStep({ onDone }: { onDone: () => void }) {
  const words = useWords().welcome.words;
  const common = useWords().common;
  const [text, setText] = useState("");
  const check = useChange<string, { right: boolean }>({
    send: (typed) => data(api.POST("/api/v1/me/words", { body: { words: typed } })),
  });
  const count = text.split(/\s+/).filter(Boolean).length;
  const right = check.data?.right;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (right === true) {
      onDone();
    } else {
      check.mutate(text);
    }
  };
  return (
    <>
      <StepHead n={2} title={words.title}>
        {words.text}
      </StepHead>
      <form className={classes.fields} onSubmit={submit}>
        <Textarea
          label={words.field}
          description={words.hint}
          placeholder={words.where}
          rows={4}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            check.reset();
          }}
        />
        <span className={classes.count} aria-live="polite">
          {words.count(count)}
        </span>
        {right !== undefined && <Verdict right={right} />}
        <div className={classes.actions}>
          <Button variant="subtle" color="gray" size="md" onClick={onDone}>
            {words.later}
          </Button>
          <Button type="submit" size="md" loading={check.isPending} disabled={count !== WORDS}>
            {right === true ? common.next : words.check}
          </Button>
        </div>
      </form>
    </>
  );
}

function Verdict({ right }: { right: boolean }) {
  const words = useWords().welcome.words;
  const Icon = right ? IconCheck : IconAlertTriangle;
  return (
    <p className={`${classes.verdict} ${right ? classes.right : classes.wrong}`} role="status" style={{ margin: 0 }}>
      <Icon size={18} stroke={1.8} aria-hidden />
      {right ? words.right : words.wrong}
    </p>
  );
}
