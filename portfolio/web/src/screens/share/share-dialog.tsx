/**
 * Who gets to see what, in which role, in how much detail and until when: chosen on the left, seen
 * on the right exactly as the friend will see it. Who has it already stands beneath.
 */

import { Button, Modal } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { IconUserPlus } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";
import { queries } from "../../api/queries";
import type { Friend, Position } from "../../api/types";
import { useWords } from "../../i18n";
import { PHONE } from "../../ui/data-table";
import { EmptyState, Loaded } from "../../ui/page";
import { SkeletonText } from "../../ui/skeletons";
import { Following } from "./following";
import { FriendPicker } from "./friend-picker";
import { Members } from "./members";
import { Preview } from "./preview";
import classes from "./share.module.css";
import { nameOf, type Subject } from "./subject";
import { TermsFields } from "./terms";
import { useGive, type Terms } from "./use-shares";

interface ShareDialogProps {
  readonly subject: Subject;
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function ShareDialog({ subject, opened, onClose }: ShareDialogProps) {
  const words = useWords();
  const phone = useMediaQuery(PHONE);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size={820}
      fullScreen={phone}
      title={words.share.title(nameOf(subject, words.share))}
      closeButtonProps={{ "aria-label": words.common.close }}
      classNames={{ title: classes.title ?? "" }}
    >
      <Content subject={subject} onDone={onClose} />
    </Modal>
  );
}

function Content({ subject, onDone }: { subject: Subject; onDone: () => void }) {
  const words = useWords();
  const friends = useQuery(queries.friends());
  if (subject.kind === "position" && subject.position.sample) {
    return <p className={classes.sample}>{words.share.sample}</p>;
  }
  return (
    <Loaded query={friends} skeleton={<SkeletonText lines={6} />}>
      {(all) => {
        const known = all.filter(({ state }) => state === "friend");
        if (known.length === 0) {
          return (
            <EmptyState icon={IconUserPlus} title={words.share.noFriends.title} text={words.share.noFriends.text}>
              <Button component={Link} to="/friends?new" onClick={onDone}>
                {words.shell.inviteFriend}
              </Button>
            </EmptyState>
          );
        }
        return subject.kind === "position" ? (
          <OfPosition position={subject.position} friends={known} />
        ) : (
          <OfSeveral subject={subject} friends={known} />
        );
      }}
    </Loaded>
  );
}

function OfPosition({ position, friends }: { position: Position; friends: readonly Friend[] }) {
  const shares = useQuery(queries.shares(position.id));
  const members = shares.data?.filter(({ role }) => role !== "none") ?? [];
  return (
    <>
      <NewShare subject={{ kind: "position", position }} friends={friends} taken={members.map(({ did }) => did)} />
      {members.length > 0 && <Members position={position} members={members} />}
    </>
  );
}

function OfSeveral({ subject, friends }: { subject: Subject; friends: readonly Friend[] }) {
  const { data: following = [] } = useQuery(queries.following());
  const tag = subject.kind === "tag" ? subject.tag : null;
  const same = subject.kind === "positions" ? [] : following.filter((share) => share.tag === tag);
  return (
    <>
      <NewShare subject={subject} friends={friends} taken={same.map(({ did }) => did)} />
      {same.length > 0 && <Following shares={same} />}
    </>
  );
}

interface NewShareProps {
  readonly subject: Subject;
  readonly friends: readonly Friend[];
  /** Who has it already. */
  readonly taken: readonly string[];
}

function NewShare({ subject, friends, taken }: NewShareProps) {
  const words = useWords();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [terms, setTerms] = useState<Terms>({ role: "commenter", amounts: false });
  const give = useGive(subject);
  const free = friends.filter(({ did }) => !taken.includes(did));
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
        give.mutate(
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
        <TermsFields subject={subject} terms={terms} onChange={setTerms} />
        <Button type="submit" disabled={picked.length === 0} loading={give.isPending} fullWidth>
          {picked.length === 0 ? words.share.pickSomebody : words.share.shareWith(names)}
        </Button>
        <p className={classes.honest}>{words.share.honest}</p>
      </div>
      <Preview subject={subject} terms={terms} who={first?.name ?? words.common.someone} />
    </form>
  );
}
