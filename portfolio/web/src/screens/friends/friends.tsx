/** People: friends, requests both ways, open invites, and the way to new ones. */

import { Button } from "@mantine/core";
import { IconUserPlus, IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { queries } from "../../api/queries";
import type { Friend } from "../../api/types";
import { useWords } from "../../i18n";
import { EmptyState, Loaded, PageHeader, Section } from "../../ui/page";
import { SkeletonRows } from "../../ui/skeletons";
import { inviteIn } from "./contact";
import { FriendRow } from "./friend-row";
import classes from "./friends.module.css";
import { InviteDialog } from "./invite-dialog";
import { OpenInvites } from "./open-invites";
import { BlockedRow, IncomingRow, KeyChangedRow, OutgoingRow } from "./requests";

/** `/friends?new` opens the dialog, and so does an invite behind the `#` of the address. */
function useDialog(): { opened: boolean; given: string; open: () => void; close: () => void } {
  const { search, hash, pathname } = useLocation();
  const navigate = useNavigate();
  const [asked, setAsked] = useState(false);
  const given = hash.length > 1 ? inviteIn(hash) : "";
  return {
    opened: asked || given !== "" || new URLSearchParams(search).has("new"),
    given,
    open: () => {
      setAsked(true);
    },
    close: () => {
      setAsked(false);
      void navigate(pathname, { replace: true });
    },
  };
}

export default function Friends() {
  const words = useWords();
  const friends = useQuery(queries.friends());
  const dialog = useDialog();
  return (
    <>
      <PageHeader title={words.friends.title} lead={words.friends.lead}>
        <Button leftSection={<IconUserPlus size={17} stroke={1.8} />} onClick={dialog.open}>
          {words.friends.invite}
        </Button>
      </PageHeader>
      <div className={classes.page}>
        <Loaded query={friends} skeleton={<SkeletonRows rows={4} height={68} />}>
          {(list) => <People list={list} onInvite={dialog.open} />}
        </Loaded>
        <OpenInvites />
      </div>
      <InviteDialog opened={dialog.opened} given={dialog.given} onClose={dialog.close} />
    </>
  );
}

function People({ list, onInvite }: { list: readonly Friend[]; onInvite: () => void }) {
  const words = useWords();
  const of = (state: Friend["state"]) => list.filter((each) => each.state === state);
  const changed = of("key_changed");
  const incoming = of("incoming");
  const outgoing = of("outgoing");
  const friends = of("friend");
  const blocked = of("blocked");
  if (list.length === 0) {
    const { empty } = words.friends;
    return (
      <EmptyState icon={IconUsers} title={empty.title} text={empty.text}>
        <Button onClick={onInvite}>{words.friends.invite}</Button>
      </EmptyState>
    );
  }
  return (
    <>
      {changed.length + incoming.length + outgoing.length > 0 && (
        <Section title={words.friends.requests}>
          <ul className={classes.list}>
            {changed.map((friend) => (
              <KeyChangedRow key={friend.did} friend={friend} />
            ))}
            {incoming.map((friend) => (
              <IncomingRow key={friend.did} friend={friend} />
            ))}
            {outgoing.map((friend) => (
              <OutgoingRow key={friend.did} friend={friend} />
            ))}
          </ul>
        </Section>
      )}
      {friends.length > 0 && (
        <Section title={words.friends.list}>
          <ul className={classes.list}>
            {friends.map((friend) => (
              <FriendRow key={friend.did} friend={friend} />
            ))}
          </ul>
        </Section>
      )}
      {blocked.length > 0 && (
        <Section title={words.friends.blocked}>
          <ul className={classes.list}>
            {blocked.map((friend) => (
              <BlockedRow key={friend.did} friend={friend} />
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}
