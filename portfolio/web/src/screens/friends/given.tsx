/** What a friend can see of mine, and what they show me. */

import { Button, NativeSelect } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { deleteShare, useChangeShare, useRevoke } from "../../api/friendship";
import { keys, queries } from "../../api/queries";
import type { Friend, GivenShare } from "../../api/types";
import { useSpoken, useWords } from "../../i18n";
import { timeOfDay } from "../../lib/time";
import { useConfirm } from "../../ui/confirm";
import { placeOfPosition } from "../../lib/places";
import { SideChip } from "../../ui/chips";
import { Ladder } from "../../ui/ladder";
import { Card, Loaded, Section } from "../../ui/page";
import { SkeletonRows } from "../../ui/skeletons";
import { useToasts } from "../../ui/toasts";
import { Following } from "../share/following";
import classes from "./friends.module.css";

type Role = "viewer" | "commenter" | "editor";

export function Given({ friend }: { friend: Friend }) {
  const { detail } = useWords().friends;
  const query = useQuery(queries.given());
  const shares = query.data?.filter(({ did }) => did === friend.did) ?? [];
  const following = useQuery(queries.following()).data?.filter(({ did }) => did === friend.did) ?? [];
  return (
    <Section title={detail.sees(friend.name)} aside={shares.length > 0 && <RevokeAll friend={friend} shares={shares} />}>
      <Loaded query={query} skeleton={<SkeletonRows rows={3} height={60} />}>
        {() =>
          shares.length === 0 && following.length === 0 ? (
            <Card>
              <p className={classes.nothing}>{detail.seesNothing(friend.name)}</p>
            </Card>
          ) : (
            <ul className={classes.list}>
              {shares.map((share) => (
                <Row key={share.position_id} friend={friend} share={share} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {following.length > 0 && <Following shares={following} named />}
    </Section>
  );
}

function Row({ friend, share }: { friend: Friend; share: GivenShare }) {
  const words = useWords();
  const { detail } = words.friends;
  const change = useChangeShare(friend.name);
  const revoke = useRevoke(friend.name);
  const roles: readonly Role[] = share.kind === "holding" ? ["viewer", "commenter"] : ["viewer", "commenter", "editor"];
  return (
    <li className={classes.row} data-testid="given">
      <div className={classes.grow}>
        <p className={classes.nameLine}>
          <Link to={placeOfPosition(share.position_id, share.kind, share.symbol)} className={classes.plainLink}>
            {share.symbol}
          </Link>
        </p>
        <p className={classes.subLine}>
          <span className={classes.quiet}>{share.amounts ? detail.amounts : detail.noAmounts}</span>
          <Delivery share={share} />
        </p>
      </div>
      <div className={classes.actions}>
        <NativeSelect
          aria-label={detail.role(share.symbol)}
          value={share.role}
          data={roles.map((value) => ({ value, label: words.common.roles[value] }))}
          onChange={(event) => {
            change.mutate({ share, to: { role: event.currentTarget.value as Role } });
          }}
        />
        <Button
          variant="default"
          aria-label={detail.revokeOf(share.symbol)}
          onClick={() => {
            revoke.mutate(share);
          }}
        >
          {detail.revoke}
        </Button>
      </div>
    </li>
  );
}

function Delivery({ share }: { share: GivenShare }) {
  const { words, locale } = useSpoken();
  const { detail } = words.friends;
  if (share.delivery === null) {
    return null;
  }
  const done = share.delivery === "delivered" && share.receipt !== null;
  return (
    <span className={classes.quiet}>
      {done ? detail.deliveredAt(timeOfDay(share.receipt ?? "", locale)) : detail.delivery[share.delivery]}
    </span>
  );
}

function RevokeAll({ friend, shares }: { friend: Friend; shares: readonly GivenShare[] }) {
  const { detail } = useWords().friends;
  const cache = useQueryClient();
  const confirm = useConfirm();
  const toasts = useToasts();
  const [busy, setBusy] = useState(false);
  const revokeAll = async () => {
    const sure = await confirm({
      title: detail.revokeAllTitle(friend.name),
      text: detail.revokeAllText(friend.name),
      action: detail.revokeAll,
    });
    if (!sure) {
      return;
    }
    setBusy(true);
    try {
      for (const share of shares) {
        await deleteShare(share);
      }
      toasts.say({ message: detail.revokedAll(friend.name) });
    } catch (error) {
      toasts.refused(error);
    } finally {
      setBusy(false);
      await cache.invalidateQueries({ queryKey: keys.given });
    }
  };
  return (
    <Button variant="subtle" size="compact-sm" color="vermilion" loading={busy} onClick={() => void revokeAll()}>
      {detail.revokeAll}
    </Button>
  );
}

export function Got({ friend }: { friend: Friend }) {
  const { detail } = useWords().friends;
  const { data: ideas = [] } = useQuery(queries.ideas());
  const { data: holdings = [] } = useQuery(queries.holdings());
  const theirs = [...ideas, ...holdings].filter(({ owner, sample }) => owner === friend.did && !sample);
  return (
    <Section title={detail.shows(friend.name)}>
      {theirs.length === 0 ? (
        <Card>
          <p className={classes.nothing}>{detail.showsNothing(friend.name)}</p>
        </Card>
      ) : (
        <ul className={classes.list}>
          {theirs.map((position) => (
            <li key={position.id} className={classes.row}>
              <Link to={placeOfPosition(position.id, position.kind, position.symbol)} className={classes.open}>
                {position.symbol}
              </Link>
              {position.kind === "idea" && (
                <>
                  <SideChip side={position.side} />
                  <span className={classes.ladder}>
                    <Ladder levels={{ ...position, price: position.market?.price }} />
                  </span>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
