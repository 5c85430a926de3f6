/** One friend: are they who they are, what can they see, what do they show, and how to end it. */

import { ActionIcon, Anchor, Button, Group, Popover, Stack, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArrowLeft, IconPencil, IconUserOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { Link, useParams } from "react-router";
import { queries } from "../../api/queries";
import { useAnswer, useChangeFriend } from "../../api/friendship";
import type { Friend } from "../../api/types";
import { useWords } from "../../i18n";
import { EmptyState, Loaded, PageHeader } from "../../ui/page";
import { colourOf } from "../../ui/people";
import { Avatar } from "../../ui/person";
import { SkeletonCards } from "../../ui/skeletons";
import { Ending } from "./ending";
import { Presence } from "./friend-row";
import classes from "./friends.module.css";
import { Given, Got } from "./given";
import { KeyChanged, SafetyNumber } from "./safety";

export default function FriendScreen() {
  const words = useWords();
  const { did = "" } = useParams();
  const friends = useQuery(queries.friends());
  return (
    <>
      <Anchor component={Link} to="/friends" className={classes.back ?? ""}>
        <IconArrowLeft size={15} stroke={1.8} aria-hidden />
        {words.friends.detail.back}
      </Anchor>
      <Loaded query={friends} skeleton={<SkeletonCards cards={3} />}>
        {(list) => {
          const friend = list.find((each) => each.did === did);
          return friend === undefined ? <Gone /> : <Detail key={did} friend={friend} />;
        }}
      </Loaded>
    </>
  );
}

function Detail({ friend }: { friend: Friend }) {
  return (
    <>
      <PageHeader
        title={friend.name}
        shown={
          <span className={classes.title}>
            <Avatar name={friend.name} colour={colourOf(friend.did)} size={44} online={friend.online} />
            {friend.name}
            <Rename friend={friend} />
          </span>
        }
        lead={
          <span className={classes.subLine}>
            {friend.handle !== null && <span>{friend.handle}</span>}
            {friend.state === "friend" && <Presence friend={friend} />}
          </span>
        }
      />
      <div className={classes.page}>
        <ByState friend={friend} />
      </div>
    </>
  );
}

/** While the key is in doubt, or the person blocked, that comes first and nothing else is offered. */
function ByState({ friend }: { friend: Friend }) {
  const words = useWords();
  switch (friend.state) {
    case "key_changed":
      return <KeyChanged friend={friend} />;
    case "incoming":
      return <Incoming friend={friend} />;
    case "outgoing":
      return (
        <>
          <p className={classes.note}>{words.friends.waitingText}</p>
          <Ending friend={friend} />
        </>
      );
    case "blocked":
      return (
        <>
          <p className={classes.note}>{words.friends.detail.blockedText(friend.name)}</p>
          <Ending friend={friend} />
        </>
      );
    case "friend":
      return (
        <>
          <Given friend={friend} />
          <Got friend={friend} />
          <SafetyNumber friend={friend} />
          <Ending friend={friend} />
        </>
      );
  }
}

function Incoming({ friend }: { friend: Friend }) {
  const words = useWords();
  const answer = useAnswer();
  return (
    <Stack gap="md" align="flex-start">
      <p className={classes.note}>{words.friends.detail.incomingText(friend.name)}</p>
      <Group gap="sm">
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
      </Group>
    </Stack>
  );
}

function Rename({ friend }: { friend: Friend }) {
  const words = useWords();
  const { detail } = words.friends;
  const [opened, popover] = useDisclosure(false);
  const [name, setName] = useState(friend.name);
  const change = useChangeFriend();
  const wanted = name.trim();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    popover.close();
    if (wanted !== "" && wanted !== friend.name) {
      change.mutate({ friend, to: { name: wanted } });
    }
  };
  return (
    <Popover opened={opened} onClose={popover.close} position="bottom-start" width={280} trapFocus returnFocus shadow="md">
      <Popover.Target>
        <ActionIcon
          aria-label={detail.rename}
          onClick={() => {
            setName(friend.name);
            popover.toggle();
          }}
        >
          <IconPencil size={17} stroke={1.7} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={detail.rename}>
        <form onSubmit={submit}>
          <Stack gap="sm">
            <TextInput
              label={detail.name}
              description={detail.nameHint}
              maxLength={80}
              value={name}
              data-autofocus
              onChange={(event) => {
                setName(event.currentTarget.value);
              }}
            />
            <Button type="submit" disabled={wanted === ""}>
              {words.common.save}
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

function Gone() {
  const { gone } = useWords().friends.detail;
  return (
    <>
      <h1 className="sr-only">{gone.title}</h1>
      <EmptyState icon={IconUserOff} title={gone.title} text={gone.text}>
        <Button component={Link} to="/friends">
          {gone.action}
        </Button>
      </EmptyState>
    </>
  );
}
