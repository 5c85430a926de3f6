import { Tooltip } from "@mantine/core";
import { useSession } from "../api/session";
import { useWords } from "../i18n";
import classes from "./shell.module.css";

/** Whether the page hears its planner: a quiet dot, and words as soon as it does not. */
export function ConnectionBadge() {
  const { connection } = useSession();
  const words = useWords().shell.connection;
  const state = connection === "ended" ? "connecting" : connection;
  return (
    <Tooltip label={state === "reconnecting" ? words.detail : words[state]} multiline maw={260}>
      <span className={classes.connection} data-state={state} data-testid="connection" role="status">
        <span className={classes.dot} aria-hidden />
        {state === "reconnecting" ? words.reconnecting : <span className="sr-only">{words[state]}</span>}
      </span>
    </Tooltip>
  );
}
