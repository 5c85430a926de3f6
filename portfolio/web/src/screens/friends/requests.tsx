/** People on the way to be friends, and those who are shut out: what there is to decide. */

import { Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { useAnswer, useRemove } from "../../api/friendship";
import type { Friend } from "../../api/types";
import { useWords } from "../../i18n";
import { colourOf } from "../../ui/people";
import { Avatar } from "../../ui/person";
import { useToasts } from "../../ui/toasts";
import { friendPath } from "./friend-row";
import classes from "./friends.module.css";

function Row(props: { friend: Friend; name: ReactNode; text: string; tone?: "warn"; children: ReactNode }) {
  const { friend, name, text, tone, children } = props;
  return (
    <li className={classes.row} data-tone={tone}>
      <Avatar name={friend.name} colour={colourOf(friend.did)} size={40} />
      <div className={classes.grow}>
        <p className={classes.nameLine}>{name}</p>
        <p className={classes.subLine}>
          <span className={classes.quiet}>{text}</span>
        </p>
      </div>
      <div className={classes.actions}>{children}</div>
    </li>
  );
}

export function IncomingRow({ friend }: { friend: Friend }) {
  const words = useWords();
  const answer = useAnswer();
  return (
    <Row friend={friend} name={<strong>{friend.name}</strong>} text={words.friends.wants}>
      <Button
        onClick={() => {
          answer.mutate({ friend, state: "friend" });
        }}
      >
        {words.friends.accept}
      </Button>
      <Button
        variant="default"
        onClick={() => {
          answer.mutate({ friend, state: "declined" });
        }}
      >
        {words.friends.decline}
      </Button>
    </Row>
  );
}

export function OutgoingRow({ friend }: { friend: Friend }) {
  const words = useWords();
  return (
    <Row
      friend={friend}
      name={<strong>{words.friends.waitingFor(friend.name)}</strong>}
      text={words.friends.waitingText}
    >
      <End friend={friend} label={words.friends.withdraw} said={words.friends.withdrawn} />
    </Row>
  );
}

export function BlockedRow({ friend }: { friend: Friend }) {
  const words = useWords();
  const name = (
    <Link to={friendPath(friend.did)} className={classes.plainLink}>
      {friend.name}
    </Link>
  );
  return (
    <Row friend={friend} name={name} text={words.friends.blocked}>
      <End friend={friend} label={words.friends.unblock} said={words.friends.unblocked} />
    </Row>
  );
}

export function KeyChangedRow({ friend }: { friend: Friend }) {
  const words = useWords();
  const name = (
    <>
      <strong>{friend.name}</strong>
      <span className={classes.warn}>
        <IconAlertTriangle size={15} stroke={1.9} aria-hidden />
        {words.friends.keyChanged}
      </span>
    </>
  );
  return (
    <Row friend={friend} name={name} text={words.friends.keyChangedShort} tone="warn">
      <Button color="vermilion" component={Link} to={friendPath(friend.did)}>
        {words.friends.check}
      </Button>
    </Row>
  );
}

/** Nothing is shared with them, so there is nothing to confirm. */
function End(props: { friend: Friend; label: string; said: (name: string) => string }) {
  const toasts = useToasts();
  const end = useRemove(({ name }) => props.said(name));
  return (
    <Button
      variant="default"
      loading={end.isPending}
      onClick={() => {
        end.mutate({ friend: props.friend, confirmed: true }, { onError: (error) => { toasts.refused(error); } });
      }}
    >
      {props.label}
    </Button>
  );
}
