/** Shown in place of every screen while nobody is logged in; the address stays as it is. */

import { Button, Stack, TextInput } from "@mantine/core";
import { useState, type SubmitEvent } from "react";
import { explain } from "../../api/problem";
import { codeOf, useSession } from "../../api/session";
import { useWords } from "../../i18n";
import { Command } from "../../ui/command";
import { useTitle } from "../../ui/page";
import classes from "./login.module.css";

export function Login() {
  const words = useWords();
  const { logIn, refusal } = useSession();
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  useTitle(words.login.enter);
  const problem = failed ?? refusal;

  const enter = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await logIn(codeOf(text));
    } catch (error) {
      setFailed(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <img src="/icon.svg" alt="" className={classes.logo} width={44} height={44} />
        <h1 className={classes.title}>{words.login.title}</h1>
        {problem != null && <Refusal error={problem} />}
        <p className={classes.intro}>{words.login.intro}</p>
        <div className={classes.command}>
          <Command>{words.login.command}</Command>
        </div>
        <form onSubmit={(event) => void enter(event)}>
          <Stack gap="sm">
            <TextInput
              label={words.login.paste}
              description={words.login.pasteHint}
              value={text}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => {
                setText(event.currentTarget.value);
              }}
            />
            <Button type="submit" loading={busy} disabled={text.trim() === ""}>
              {words.login.enter}
            </Button>
          </Stack>
        </form>
      </div>
    </main>
  );
}

function Refusal({ error }: { error: unknown }) {
  const { title, next } = explain(error, useWords());
  return (
    <p className={classes.refusal} role="alert">
      <strong>{title}</strong>
      {next}
    </p>
  );
}
