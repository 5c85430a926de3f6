/** What moved, what is near one of its levels, and what friends did meanwhile. */

import { Anchor, Skeleton } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { isMine, queries } from "../../api/queries";
import type { Holding, Idea } from "../../api/types";
import { useWords } from "../../i18n";
import { absolute, compare } from "../../lib/decimal";
import { condensed } from "../../lib/happenings";
import { nearLevels, type NearLevel } from "../../lib/near";
import { isUnread, useSeen } from "../../lib/seen";
import { Gain, Percent, Price } from "../../ui/amount";
import { SideChip } from "../../ui/chips";
import { HappeningRow } from "../../ui/happening";
import { Ladder } from "../../ui/ladder";
import { Card, Loaded, Section } from "../../ui/page";
import { Avatar } from "../../ui/person";
import { usePeople } from "../../ui/people";
import classes from "./home.module.css";

const SHOWN = 5;
const NEAR_PERCENT = "10";

function More({ to, children }: { to: string; children: string }) {
  return (
    <Anchor component={Link} to={to} size="sm" c="var(--pp-accent)">
      {children}
    </Anchor>
  );
}

function List({ children }: { children: ReactNode }) {
  return (
    <Card bare>
      <ul className={classes.list}>{children}</ul>
    </Card>
  );
}

function Empty({ children }: { children: string }) {
  return (
    <Card bare>
      <p className={classes.empty}>{children}</p>
    </Card>
  );
}

/** My holdings that moved most on their last day. */
export function Movers({ sample }: { sample: boolean }) {
  const words = useWords().home;
  const holdings = useQuery(queries.holdings());
  return (
    <Section title={words.movers} aside={<More to="/holdings">{words.allHoldings}</More>}>
      <Loaded query={holdings} skeleton={<Skeleton height={220} radius="lg" />}>
        {(all) => {
          const moved = moversOf(all.filter((row) => isMine(row) && row.sample === sample));
          return moved.length === 0 ? (
            <Empty>{words.noMovers}</Empty>
          ) : (
            <List>
              {moved.map((row) => (
                <li key={row.id}>
                  <Link to={`/instruments/${encodeURIComponent(row.symbol)}`} className={`${classes.row} ${classes.mover}`}>
                    <span className={classes.symbol}>{row.symbol}</span>
                    <span className={`${classes.end} ${classes.moverPrice}`}>
                      <Price value={row.price} />
                    </span>
                    <span className={classes.distance}>
                      <Gain value={row.day_percent} />
                      <span className={classes.quiet}>
                        <Gain value={row.day_gain} currency={row.currency} />
                      </span>
                    </span>
                  </Link>
                </li>
              ))}
            </List>
          );
        }}
      </Loaded>
    </Section>
  );
}

function moversOf(rows: readonly Holding[]): Holding[] {
  const size = (row: Holding) => absolute(row.day_percent ?? "0");
  return rows
    .filter((row) => row.day_percent != null)
    .sort((a, b) => compare(size(b), size(a)))
    .slice(0, SHOWN);
}

/** Ideas, mine and friends', whose next level is close. */
export function Near() {
  const words = useWords().home;
  const ideas = useQuery(queries.ideas());
  return (
    <Section title={words.near} aside={<More to="/ideas">{words.allIdeas}</More>}>
      <Loaded query={ideas} skeleton={<Skeleton height={220} radius="lg" />}>
        {(all: readonly Idea[]) => {
          const near = nearLevels(all, NEAR_PERCENT).slice(0, SHOWN);
          return near.length === 0 ? (
            <Empty>{words.nothingNear}</Empty>
          ) : (
            <List>
              {near.map((each) => (
                <li key={each.idea.id}>
                  <NearRow near={each} />
                </li>
              ))}
            </List>
          );
        }}
      </Loaded>
    </Section>
  );
}

function NearRow({ near }: { near: NearLevel }) {
  const words = useWords();
  const person = usePeople()(near.idea.owner);
  const { idea } = near;
  const target = words.common.targetN(near.target, idea.targets.length);
  const said = { entry: words.home.toEntry, stop: words.home.toStop, target: words.home.toTarget(target) }[near.level];
  const levels = { side: idea.side, entry: idea.entry, stop: idea.stop, targets: idea.targets, price: idea.market?.price };
  return (
    <Link to={`/ideas/${idea.id}`} className={`${classes.row} ${classes.near}`}>
      <span className={classes.who}>
        <span className={classes.symbol}>{idea.symbol}</span>
        <SideChip side={idea.side} />
        {!person.isMe && <Avatar name={person.name} colour={person.colour} size={18} />}
      </span>
      <span className={classes.ladderCell}>
        <Ladder levels={levels} />
      </span>
      <span className={classes.distance}>
        <Percent value={near.percent} form={{ signs: "always", min: 1, max: 1 }} />
        <span className={classes.quiet}>{said}</span>
      </span>
    </Link>
  );
}

/** What I have not seen yet; without anything new, the latest of before. */
export function SinceLooked() {
  const words = useWords().home;
  const { seen } = useSeen();
  const notifications = useInfiniteQuery(queries.notifications());
  const query = { ...notifications, data: notifications.data?.pages.flatMap((page) => page.items) };
  return (
    <Section title={words.since} aside={<More to="/feed">{words.wholeFeed}</More>}>
      <Loaded query={query} skeleton={<Skeleton height={220} radius="lg" />}>
        {(all) => {
          const unread = all.filter((item) => isUnread(item, seen));
          const shown = condensed(unread.length > 0 ? unread : all, () => false).slice(0, SHOWN);
          if (shown.length === 0) {
            return <Empty>{words.quiet}</Empty>;
          }
          return (
            <Card bare>
              {unread.length === 0 && <p className={classes.empty}>{words.nothingNew}</p>}
              <ul className={classes.list}>
                {shown.map((item) => (
                  <li key={item.id}>
                    <HappeningRow happening={item} unread={isUnread(item, seen)} />
                  </li>
                ))}
              </ul>
            </Card>
          );
        }}
      </Loaded>
    </Section>
  );
}
