/** Asks somebody whom the directory knows by a handle. */

import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconAt } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { useChange } from "../../api/change";
import { api, data } from "../../api/client";
import { keys, queries } from "../../api/queries";
import type { Friend } from "../../api/types";
import { useWords } from "../../i18n";
import { useToasts } from "../../ui/toasts";
import { Refusal } from "./have-invite";

export function ByHandle({ onDone }: { onDone: () => void }) {
  const words = useWords();
  const toasts = useToasts();
  const [text, setText] = useState("");
  const { data: health } = useQuery(queries.health());
  const { handle } = words.friends;
  const name = text.trim().replace(/^@/, "");
  const ask = useChange<string, Friend>({
    send: (wanted) => data(api.POST("/api/v1/friends", { body: { handle: wanted } })),
    stale: () => [keys.friends, keys.feed],
    quiet: true,
    keep: (_cache, friend) => {
      toasts.say({ message: handle.done(friend.name) });
      onDone();
    },
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    ask.mutate(name);
  };
  if (health?.details?.directory === "off") {
    return <Text size="sm">{handle.off}</Text>;
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm">{handle.intro}</Text>
        <TextInput
          label={handle.label}
          placeholder={handle.placeholder}
          leftSection={<IconAt size={16} stroke={1.8} aria-hidden />}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={255}
          data-autofocus
          value={text}
          error={ask.isError ? <Refusal error={ask.error} /> : undefined}
          onChange={(event) => {
            setText(event.currentTarget.value);
            ask.reset();
          }}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={ask.isPending} disabled={name === ""}>
            {handle.ask}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
