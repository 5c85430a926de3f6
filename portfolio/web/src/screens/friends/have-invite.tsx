/** Accepts an invite that somebody gave me. */

import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useState, type SubmitEvent } from "react";
import { useChange } from "../../api/change";
import { api, data } from "../../api/client";
import { explain } from "../../api/problem";
import { keys } from "../../api/queries";
import type { Friend } from "../../api/types";
import { useWords } from "../../i18n";
import { useToasts } from "../../ui/toasts";
import { inviteIn } from "./contact";

export function HaveInvite({ given, onDone }: { given: string; onDone: () => void }) {
  const words = useWords();
  const toasts = useToasts();
  const [text, setText] = useState(given);
  const { have } = words.friends;
  const accept = useChange<string, Friend>({
    send: (invite) => data(api.POST("/api/v1/friends/accept", { body: { invite } })),
    stale: () => [keys.friends, keys.feed],
    quiet: true,
    keep: (_cache, friend) => {
      toasts.say({ message: friend.state === "friend" ? have.done(friend.name) : have.pending(friend.name) });
      onDone();
    },
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    accept.mutate(inviteIn(text));
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm">{have.intro}</Text>
        <Textarea
          label={have.label}
          autosize
          minRows={3}
          maxRows={6}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          value={text}
          error={accept.isError ? <Refusal error={accept.error} /> : undefined}
          onChange={(event) => {
            setText(event.currentTarget.value);
            accept.reset();
          }}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={accept.isPending} disabled={inviteIn(text) === ""}>
            {have.accept}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Why it was refused and what to do, below the field it is about. */
export function Refusal({ error }: { error: unknown }) {
  const { title, detail, next } = explain(error, useWords());
  return <>{[`${title}.`, detail === undefined ? "" : `${detail}.`, next].filter(Boolean).join(" ")}</>;
}
