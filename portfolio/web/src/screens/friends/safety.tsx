/** Whether a friend is who they are: the number to compare, and what to do when their key changed. */

import { Alert, Button, Group } from "@mantine/core";
import { IconAlertTriangle, IconShieldCheck } from "@tabler/icons-react";
import { useAnswer, useChangeFriend } from "../../api/friendship";
import type { Friend } from "../../api/types";
import { useWords } from "../../i18n";
import { Card, Section } from "../../ui/page";
import { safetyGroups } from "./contact";
import { useRemoval } from "./ending";
import { VerifiedMark } from "./friend-row";
import classes from "./friends.module.css";

function Digits({ friend }: { friend: Friend }) {
  const { detail } = useWords().friends;
  const groups = safetyGroups(friend.safety_number);
  return (
    <>
      <p className="sr-only">{detail.safetySpoken(groups.join(", "))}</p>
      <p className={classes.digits} aria-hidden data-testid="safety-number">
        {groups.map((group, index) => (
          <span key={index}>{group}</span>
        ))}
      </p>
    </>
  );
}

export function SafetyNumber({ friend }: { friend: Friend }) {
  const { detail } = useWords().friends;
  const change = useChangeFriend();
  const mark = (verified: boolean) => {
    change.mutate({ friend, to: { verified } });
  };
  return (
    <Section title={detail.safety} aside={friend.verified && <VerifiedMark />}>
      <Card>
        <div className={classes.safety}>
          <Digits friend={friend} />
          <div className={classes.safetyText}>
            <p>{friend.verified ? detail.markedText(friend.name) : detail.safetyText(friend.name)}</p>
            {friend.verified ? (
              <Button
                variant="default"
                onClick={() => {
                  mark(false);
                }}
              >
                {detail.unmark}
              </Button>
            ) : (
              <Button
                variant="light"
                leftSection={<IconShieldCheck size={17} stroke={1.8} />}
                onClick={() => {
                  mark(true);
                }}
              >
                {detail.mark}
              </Button>
            )}
          </div>
        </div>
      </Card>
    </Section>
  );
}

/** Blocks the way until somebody has decided. */
export function KeyChanged({ friend }: { friend: Friend }) {
  const { detail } = useWords().friends;
  const answer = useAnswer();
  const remove = useRemoval(friend);
  const byHandle = friend.doubt === "handle" && friend.handle !== null;
  return (
    <Alert
      color="vermilion"
      variant="light"
      icon={<IconAlertTriangle />}
      title={byHandle ? detail.handleTitle(friend.handle ?? "") : detail.changedTitle(friend.name)}
      className={classes.alarm ?? ""}
    >
      <p className={classes.alarmText}>{byHandle ? detail.handleText(friend.name) : detail.changedText(friend.name)}</p>
      <Digits friend={friend} />
      <Group gap="sm" mt="md">
        <Button
          onClick={() => {
            answer.mutate({ friend, state: "friend" });
          }}
        >
          {detail.changedAccept}
        </Button>
        <Button variant="default" onClick={() => void remove()}>
          {detail.changedReject}
        </Button>
      </Group>
    </Alert>
  );
}
