/** People on the same network, and the switch that lets them find me for ten minutes. */

import { Button, Stack, Switch, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useChange } from "../../api/change";
import { api, data } from "../../api/client";
import { keys, queries } from "../../api/queries";
import { useSettings } from "../../api/session";
import type { Friend, Neighbour } from "../../api/types";
import { useWords } from "../../i18n";
import { useStored } from "../../lib/stored";
import { useNow } from "../../lib/time";
import { useChangeSettings } from "../../preferences";
import { colourOf } from "../../ui/people";
import { Avatar } from "../../ui/person";
import classes from "./friends.module.css";

const OPEN_MS = 10 * 60_000; // federation/wire.py: nearby_time
const LOOK_EVERY_MS = 3_000;

/** Whether people nearby may find me, until when, and how to change it. */
function useOpenness(): { open: boolean; minutes: number; change: (open: boolean) => void } {
  const { nearby } = useSettings();
  const settings = useChangeSettings();
  const [until, store] = useStored("nearby.until");
  const now = useNow();
  const left = until === null ? OPEN_MS : Date.parse(until) - now;
  const open = nearby && left > 0;
  const change = (wanted: boolean) => {
    store(wanted ? new Date(Date.now() + OPEN_MS).toISOString() : null);
    settings.mutate({ nearby: wanted });
  };
  return { open, minutes: Math.max(1, Math.ceil(left / 60_000)), change };
}

export function NearbyPeople() {
  const words = useWords();
  const { nearby } = words.friends;
  const { open, minutes, change } = useOpenness();
  const { nearby: wanted } = useSettings();
  const { data: health } = useQuery(queries.health());
  const { data: people } = useQuery({ ...queries.nearby(), refetchInterval: open ? LOOK_EVERY_MS : false });
  const over = wanted && !open;
  const { mutate: set } = useChangeSettings();
  useEffect(() => {
    if (over) {
      set({ nearby: false }); // the planner has closed it by itself
    }
  }, [over, set]);
  if (health?.details?.nearby === "off") {
    return <Text size="sm">{nearby.off}</Text>;
  }
  return (
    <Stack gap="md">
      <Text size="sm">{nearby.intro}</Text>
      <Switch
        label={nearby.let}
        description={open ? nearby.left(minutes) : nearby.letHint}
        checked={open}
        onChange={(event) => {
          change(event.currentTarget.checked);
        }}
      />
      {people !== undefined && people.length > 0 ? (
        <ul className={classes.list}>
          {people.map((person) => (
            <li key={person.did} className={classes.row}>
              <Avatar name={person.name} colour={colourOf(person.did)} size={36} />
              <strong className={classes.grow}>{person.name}</strong>
              <Ask person={person} />
            </li>
          ))}
        </ul>
      ) : (
        open && (
          <Text size="sm" c="dimmed" role="status">
            {nearby.nobody}
          </Text>
        )
      )}
    </Stack>
  );
}

function Ask({ person }: { person: Neighbour }) {
  const words = useWords();
  const { nearby, handle } = words.friends;
  const ask = useChange<string, Friend>({
    send: (did) => data(api.POST("/api/v1/friends", { body: { did } })),
    stale: () => [keys.friends, keys.nearby, keys.feed],
    said: (_did, { name }) => ({ message: handle.done(name) }),
  });
  if (person.state !== null) {
    const known: Readonly<Record<string, string>> = nearby.known;
    return (
      <Text size="sm" c="dimmed">
        {known[person.state]}
      </Text>
    );
  }
  return (
    <Button
      size="compact-sm"
      variant="light"
      loading={ask.isPending}
      onClick={() => {
        ask.mutate(person.did);
      }}
    >
      {nearby.ask}
    </Button>
  );
}
