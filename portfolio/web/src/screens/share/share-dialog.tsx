/**
 * Who gets to see a position, in which role, with or without its amounts: chosen on the left, seen
 * on the right exactly as the friend will see it. Who has it already stands beneath.
 */

import { Button, Modal } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { IconUserPlus } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";
import { queries } from "../../api/queries";
import type { Friend, Position, Share } from "../../api/types";
import { useWords } from "../../i18n";
import { PHONE } from "../../ui/data-table";
import { EmptyState, Loaded } from "../../ui/page";
import { SkeletonText } from "../../ui/skeletons";
import { FriendPicker } from "./friend-picker";
import { Members } from "./members";
import { Preview } from "./preview";
import classes from "./share.module.css";
import { TermsFields } from "./terms";
import { useShares, type Terms } from "./use-shares";

interface ShareDialogProps {
  readonly position: Position;
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function ShareDialog({ position, opened, onClose }: ShareDialogProps) {
  const words = useWords();
  const phone = useMediaQuery(PHONE);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size={820}
      fullScreen={phone}
      title={words.share.title(position.symbol)}
      closeButtonProps={{ "aria-label": words.common.close }}
      classNames={{ title: classes.title ?? "" }}
    >
      <Content position={position} onDone={onClose} />
    </Modal>
  );
}

function Content({ position, onDone }: { position: Position; onDone: () => void }) {
  const words = useWords();
  const friends = useQuery(queries.friends());
  const shares = useQuery(queries.shares(position.id));
  if (position.sample) {
    return <p className={classes.sample}>{words.share.sample}</p>;
  }
  return (
    <Loaded query={friends} skeleton={<SkeletonText lines={6} />}>
      {(all) => {
        const known = all.filter(({ state }) => state === "friend");
        const members = shares.data?.filter(({ role }) => role !== "none") ?? [];
        if (known.length === 0) {
          return (
            <EmptyState icon={IconUserPlus} title={words.share.noFriends.title} text={words.share.noFriends.text}>
              <Button component={Link} to="/friends?new" onClick={onDone}>
                {words.shell.inviteFriend}
              </Button>
            </EmptyState>
          );
        }
        return (
          <>
            <NewShare position={position} friends={known} members={members} />
            {members.length > 0 && <Members position={position} members={members} />}
          </>
        );
      }}
    </Loaded>
  );
}

interface NewShareProps {
  readonly position: Position;
  readonly friends: readonly Friend[];
  readonly members: readonly Share[];
}

function NewShare({ position, friends, members }: NewShareProps) {
  const words = useWords();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [terms, setTerms] = useState<Terms>({ role: "commenter", amounts: false });
  const { share } = useShares(position.id);
  const free = friends.filter(({ did }) => !members.some((member) => member.did === did));
  const picked = free.filter(({ did }) => chosen.includes(did));
  const names = picked.map(({ name }) => name).join(", ");
  const first = picked[0] ?? free[0];
  if (free.length === 0) {
    return (
      <p className={classes.all}>
        {words.share.everybody} <Link to="/friends?new">{words.shell.inviteFriend}</Link>
      </p>
    );
  }
  return (
    <form
      className={classes.new}
      onSubmit={(event) => {
        event.preventDefault();
        share.mutate(
          { dids: chosen, names, terms },
          {
            onSuccess: () => {
              setChosen([]);
            },
          },
        );
      }}
    >
      <div className={classes.choices}>
        <FriendPicker friends={free} chosen={chosen} onChange={setChosen} />
        <TermsFields position={position} terms={terms} onChange={setTerms} />
        <Button type="submit" disabled={picked.length === 0} loading={share.isPending} fullWidth>
          {picked.length === 0 ? words.share.pickSomebody : words.share.shareWith(names)}
        </Button>
        <p className={classes.honest}>{words.share.honest}</p>
      </div>
      <Preview position={position} terms={terms} who={first?.name ?? words.common.someone} />
    </form>
  );
}
