/** Invites that nobody has used yet, and how to take them back. */

import { Button } from "@mantine/core";
import { IconTicket } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useChange } from "../../api/change";
import { api, data } from "../../api/client";
import { keys, queries } from "../../api/queries";
import type { OpenInvite } from "../../api/types";
import { useSpoken } from "../../i18n";
import { dateAndTime } from "../../lib/time";
import { Section } from "../../ui/page";
import classes from "./friends.module.css";

export function OpenInvites() {
  const { words, locale } = useSpoken();
  const { invites } = words.friends;
  const { data: open = [] } = useQuery(queries.invites());
  const revoke = useChange<OpenInvite, undefined>({
    send: ({ id }) => data(api.DELETE("/api/v1/friends/invites/{id}", { params: { path: { id } } })),
    touches: () => [keys.invites],
    show: (cache, gone) => {
      cache.setQueryData<OpenInvite[]>(keys.invites, (list) => list?.filter(({ id }) => id !== gone.id));
    },
    stale: () => [keys.invites],
    said: () => ({ message: invites.revoked }),
  });
  if (open.length === 0) {
    return null;
  }
  return (
    <Section title={invites.title}>
      <ul className={classes.list}>
        {open.map((invite) => (
          <li key={invite.id} className={classes.row}>
            <span className={classes.ticket} aria-hidden>
              <IconTicket size={20} stroke={1.6} />
            </span>
            <div className={classes.grow}>
              <p className={classes.nameLine}>
                <strong>{invite.name === null ? invites.forAnybody : invites.forWhom(invite.name)}</strong>
              </p>
              <p className={classes.subLine}>
                <span className={classes.quiet}>{invites.until(dateAndTime(invite.expires, locale))}</span>
              </p>
            </div>
            <Button
              variant="default"
              size="xs"
              onClick={() => {
                revoke.mutate(invite);
              }}
            >
              {invites.revoke}
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  );
}
