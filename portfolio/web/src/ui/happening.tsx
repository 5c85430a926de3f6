/** One thing that happened, as the feed and the inbox tell it: who, what, and the details. */

import { IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { queries } from "../api/queries";
import type { FieldChange, Happening } from "../api/types";
import { useSpoken, useWords } from "../i18n";
import { formatPrice } from "../lib/money";
import { placeOfPosition } from "../lib/places";
import { dateAndTime } from "../lib/time";
import { Ago } from "./ago";
import { Changes } from "./changes";
import { SideChip } from "./chips";
import { Fill } from "./fill";
import classes from "./happening.module.css";
import { Ladder } from "./ladder";
import { usePeople } from "./people";
import { Avatar } from "./person";

/** Where a happening leads; null when there is nothing left to open. */
export function placeOf({ type, position_id: id, kind, symbol, who }: Happening): string | null {
  if (id !== null && kind !== undefined && symbol !== undefined) {
    return placeOfPosition(id, kind, symbol);
  }
  return type.startsWith("friend_") ? `/friends/${encodeURIComponent(who)}` : null;
}

interface Props {
  readonly happening: Happening;
  /** Left out where nothing is read or unread. */
  readonly unread?: boolean;
  /** Just arrived, while somebody looked. */
  readonly fresh?: boolean;
  /** Stands at the right end. */
  readonly aside?: ReactNode;
  /** What can be done about it. */
  readonly children?: ReactNode;
}

export function HappeningRow({ happening, unread, fresh = false, aside, children }: Props) {
  const words = useWords();
  const person = usePeople()(happening.who);
  const to = placeOf(happening);
  return (
    <article className={classes.row} data-unread={unread} data-fresh={fresh}>
      <span className={classes.mark}>
        {unread === true && <span className={classes.dot} role="img" aria-label={words.inbox.unreadMark} />}
      </span>
      <Avatar name={person.name} colour={person.colour} size={32} />
      <div className={classes.body}>
        <p className={classes.line}>
          <span className={classes.sentence}>
            <Sentence happening={happening} name={person.name} mine={person.isMe} to={to} />
          </span>
          <span className={classes.when}>
            <Ago at={happening.at} />
          </span>
        </p>
        <Details happening={happening} />
        {children !== undefined && <div className={classes.actions}>{children}</div>}
      </div>
      {aside !== undefined && <div className={classes.aside}>{aside}</div>}
      {aside === undefined && to !== null && (
        <IconChevronRight className={classes.chevron} size={16} stroke={1.7} aria-hidden />
      )}
    </article>
  );
}

function Sentence(props: { happening: Happening; name: string; mine: boolean; to: string | null }) {
  const { words, locale } = useSpoken();
  const { happening, name, mine, to } = props;
  const personOf = usePeople();
  const { said, mine: byMe } = words.feed;
  const told: Readonly<Record<string, string>> = mine ? byMe : said;
  const about = happening.symbol ?? words.feed.gone;
  const what = happening.symbol === undefined ? about : <strong className={classes.name}>{about}</strong>;
  const whom = happening.with === undefined ? undefined : personOf(happening.with).name;
  const text = mine && whom !== undefined ? byMe.sharedWith : (told[happening.type] ?? words.feed.other);
  const sentence = (
    <Fill
      text={text}
      who={<strong className={classes.name}>{name}</strong>}
      what={what}
      whom={<strong className={classes.name}>{whom}</strong>}
    />
  );
  return to === null ? (
    sentence
  ) : (
    <Link to={to} className={classes.link} title={dateAndTime(happening.at, locale)}>
      {sentence}
    </Link>
  );
}

function Details({ happening }: { happening: Happening }) {
  if (happening.type === "commented" && happening.text !== undefined) {
    return (
      <blockquote className={classes.quote}>
        <p>{happening.text}</p>
      </blockquote>
    );
  }
  if (happening.changes !== undefined) {
    return happening.type.startsWith("near_") ? (
      <Near change={happening.changes[0]} />
    ) : (
      <Changes changes={happening.changes} />
    );
  }
  return happening.type === "shared" && happening.kind === "idea" ? <Preview id={happening.position_id} /> : null;
}

/** Where the price stood when it came near, and the level. */
function Near({ change }: { change: FieldChange | undefined }) {
  const { words, locale } = useSpoken();
  const text = (value: unknown) => (typeof value === "string" ? formatPrice(value, locale) : "–");
  return change === undefined ? null : <p className={classes.quote}>{words.feed.near(text(change.from), text(change.to))}</p>;
}

/** The shared idea as it is now. */
function Preview({ id }: { id: string | null }) {
  const { data: ideas } = useQuery(queries.ideas());
  const idea = ideas?.find((each) => each.id === id);
  if (idea === undefined) {
    return null;
  }
  return (
    <div className={classes.preview}>
      <SideChip side={idea.side} />
      <span className={classes.ladder}>
        <Ladder levels={{ ...idea, price: idea.market?.price }} />
      </span>
    </div>
  );
}
