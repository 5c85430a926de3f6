/** Five first steps, ticked off by what is there; hidden by whoever does not want them. */

import { ActionIcon } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { isMine, queries } from "../../api/queries";
import { useSettings } from "../../api/session";
import { useWords } from "../../i18n";
import { useStored } from "../../lib/stored";
import { useChangeSettings } from "../../preferences";
import { Card, Section } from "../../ui/page";
import { useToasts } from "../../ui/toasts";
import classes from "./home.module.css";

interface Step {
  readonly id: "own" | "idea" | "friend" | "share" | "backup";
  readonly to: string;
  readonly done: boolean;
}

const BACKUP_SEEN = "checklist.backup";

function useSteps(): readonly Step[] {
  const holdings = useQuery(queries.holdings()).data ?? [];
  const ideas = useQuery(queries.ideas()).data ?? [];
  const friends = useQuery(queries.friends()).data ?? [];
  const given = useQuery(queries.given()).data ?? [];
  const [backup] = useStored(BACKUP_SEEN);
  return [
    { id: "own", to: "/transactions?new", done: holdings.some((row) => isMine(row) && !row.sample) },
    { id: "idea", to: "/ideas?new", done: ideas.some((idea) => isMine(idea) && !idea.sample) },
    { id: "friend", to: "/friends?new", done: friends.some(({ state }) => state === "friend") },
    { id: "share", to: "/ideas", done: given.length > 0 },
    { id: "backup", to: "/settings#backup", done: backup !== null },
  ];
}

export function Checklist() {
  const words = useWords();
  const { checklist } = useSettings();
  return checklist ? <Steps title={words.home.steps.title} /> : null;
}

function Steps({ title }: { title: string }) {
  const words = useWords().home.steps;
  const steps = useSteps();
  const { mutateAsync } = useChangeSettings();
  const [, rememberBackup] = useStored(BACKUP_SEEN);
  const toasts = useToasts();
  const hide = async () => {
    await mutateAsync({ checklist: false });
    toasts.say({ message: words.hidden, undo: () => mutateAsync({ checklist: true }) });
  };
  return (
    <Section
      title={`${title} · ${words.progress(steps.filter(({ done }) => done).length, steps.length)}`}
      aside={
        <ActionIcon size="sm" aria-label={words.dismiss} title={words.dismiss} onClick={() => void hide()}>
          <IconX size={16} stroke={1.8} />
        </ActionIcon>
      }
    >
      <Card bare>
        <ul className={classes.steps}>
          {steps.map(({ id, to, done }) => (
            <li key={id}>
              <Link
                to={to}
                className={classes.step}
                data-done={done}
                onClick={() => {
                  if (id === "backup") {
                    rememberBackup("seen");
                  }
                }}
              >
                <span className={classes.tick} aria-hidden>
                  <IconCheck size={13} stroke={2.4} />
                </span>
                <span>
                  <strong>{words[id].label}</strong>
                  {done ? (
                    <span className="sr-only">{words.done}</span>
                  ) : (
                    <span className={classes.quiet}>{words[id].text}</span>
                  )}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      </Card>
    </Section>
  );
}
