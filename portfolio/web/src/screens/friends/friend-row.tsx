import { IconChevronRight, IconShieldCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { queries } from "../../api/queries";
import type { Friend } from "../../api/types";
import { useSpoken, useWords } from "../../i18n";
import { useNow } from "../../lib/time";
import { colourOf } from "../../ui/people";
import { Avatar } from "../../ui/person";
import { contactTime } from "./contact";
import classes from "./friends.module.css";

export function friendPath(did: string): string {
  return `/friends/${encodeURIComponent(did)}`;
}

/** How many things each side shows the other. */
export function useBothSides(did: string): { given: number; got: number } {
  const { data: given } = useQuery(queries.given());
  const { data: ideas } = useQuery(queries.ideas());
  const { data: holdings } = useQuery(queries.holdings());
  const theirs = [...(ideas ?? []), ...(holdings ?? [])].filter(({ owner, sample }) => owner === did && !sample);
  return { given: given?.filter((share) => share.did === did).length ?? 0, got: theirs.length };
}

/** "online", or when their planner was last heard of. */
export function Presence({ friend }: { friend: Friend }) {
  const { words, locale } = useSpoken();
  const now = useNow();
  if (friend.online) {
    return <span className={classes.online}>{words.common.online}</span>;
  }
  return (
    <span className={classes.quiet}>
      {friend.last_contact === null
        ? words.friends.never
        : words.friends.lastContact(contactTime(friend.last_contact, now, locale))}
    </span>
  );
}

export function VerifiedMark() {
  const words = useWords();
  return (
    <span className={classes.verified}>
      <IconShieldCheck size={15} stroke={1.8} aria-hidden />
      {words.friends.verified}
    </span>
  );
}

export function FriendRow({ friend }: { friend: Friend }) {
  const words = useWords();
  const { given, got } = useBothSides(friend.did);
  return (
    <li className={classes.row}>
      <Avatar name={friend.name} colour={colourOf(friend.did)} size={40} online={friend.online} />
      <div className={classes.grow}>
        <p className={classes.nameLine}>
          <Link to={friendPath(friend.did)} className={classes.open}>
            {friend.name}
          </Link>
          {friend.handle !== null && <span className={classes.quiet}>{friend.handle}</span>}
          {friend.verified && <VerifiedMark />}
        </p>
        <p className={classes.subLine}>
          <Presence friend={friend} />
          <span className={classes.quiet}>
            {words.friends.youShare(given)} · {words.friends.theyShare(got)}
          </span>
        </p>
      </div>
      <IconChevronRight className={classes.chevron} size={18} stroke={1.7} aria-hidden />
    </li>
  );
}
