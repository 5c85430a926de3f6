/** Who has the idea: in which role, with or without amounts, and how far their copy has got. */

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconCheck, IconClock, IconEyeOff, IconX } from "@tabler/icons-react";
import { queries } from "../../api/queries";
import type { Friend, Idea, Share } from "../../api/types";
import { useSpoken, useWords, type Words } from "../../i18n";
import { dateAndTime, localDay, timeOfDay } from "../../lib/time";
import { Card, Loaded, Section } from "../../ui/page";
import { colourOf } from "../../ui/people";
import { Avatar, Person } from "../../ui/person";
import { SkeletonText } from "../../ui/skeletons";
import classes from "./idea.module.css";

export function WhoHasIt({ idea, onShare }: { idea: Idea; onShare: () => void }) {
  const words = useWords();
  const shares = useQuery(queries.shares(idea.id));
  const mine = idea.role === "owner";
  const guests = useQuery({ ...queries.guests(idea.id), enabled: mine && !idea.sample }).data ?? [];
  return (
    <Section
      title={words.idea.who.title}
      aside={
        mine &&
        !idea.sample && (
          <Button variant="subtle" size="compact-sm" onClick={onShare}>
            {words.idea.share}
          </Button>
        )
      }
    >
      <Card>
        <Loaded query={shares} skeleton={<SkeletonText lines={3} />}>
          {(all) => (
            <ul className={classes.holders} data-testid="who-has-it">
              <li className={classes.holder}>
                <Person did={idea.owner} size={24} you presence />
                <span className={classes.holderRole}>{words.common.roles.owner}</span>
              </li>
              {all.map((share) => (
                <Holder key={share.did} share={share} />
              ))}
              {guests.map((guest) => (
                <li key={guest.id} className={classes.holder}>
                  <span className={classes.guest}>
                    <Avatar name={guest.name} colour={colourOf(guest.actor)} size={24} />
                    <a href={guest.actor} rel="noreferrer noopener" target="_blank">
                      {guest.name}
                    </a>
                  </span>
                  <span className={classes.holderRole}>
                    {words.idea.comments.guest} · {words.idea.who.withoutAmounts}
                  </span>
                </li>
              ))}
              {mine && guests.length === 0 && all.every(({ role }) => role === "none") && <li className={classes.quiet}>{words.idea.who.onlyYou}</li>}
            </ul>
          )}
        </Loaded>
      </Card>
    </Section>
  );
}

function Holder({ share }: { share: Share }) {
  const { words, locale } = useSpoken();
  const friends = useQuery(queries.friends()).data;
  const friend = friends?.find(({ did }) => did === share.did);
  const far = share.delivery === null ? null : stateOf(share, friend, words, locale);
  return (
    <li className={classes.holder} data-gone={share.role === "none" || undefined}>
      <Person did={share.did} size={24} you presence />
      <span className={classes.holderRole}>
        {words.common.roles[share.role]}
        {share.role !== "none" && ` · ${share.amounts ? words.idea.who.withAmounts : words.idea.who.withoutAmounts}`}
      </span>
      {far !== null && (
        <span className={classes.holderState} data-tone={far.tone}>
          <far.icon size={14} stroke={1.9} aria-hidden />
          {far.text}
        </span>
      )}
    </li>
  );
}

interface Far {
  readonly text: string;
  readonly tone: "good" | "waiting" | "bad";
  readonly icon: typeof IconCheck;
}

/** "delivered 14:02:07", "away, 3 waiting", "confirmed deletion 14:05:10". */
export function stateOf(share: Share, friend: Pick<Friend, "online"> | undefined, words: Words, locale: string): Far {
  const { who } = words.idea;
  const { receipt, waiting } = share;
  const at = receipt === null ? null : localDay(receipt) === localDay(Date.now()) ? timeOfDay(receipt, locale) : dateAndTime(receipt, locale);
  if (share.role === "none") {
    return at === null
      ? { text: who.deletionAsked, tone: "waiting", icon: IconClock }
      : { text: who.deletionConfirmed(at), tone: "good", icon: IconEyeOff };
  }
  if (share.delivery === "refused") {
    return { text: who.refused, tone: "bad", icon: IconX };
  }
  if (share.delivery === "delivered" && at !== null) {
    return { text: who.delivered(at), tone: "good", icon: IconCheck };
  }
  const online = friend?.online === true;
  return { text: online ? who.onItsWay : who.away(waiting), tone: "waiting", icon: IconClock };
}
