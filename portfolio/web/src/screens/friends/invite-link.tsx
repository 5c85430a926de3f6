/** Makes an invite and hands it over: to copy, or to scan. */

import { Button, CopyButton, Group, Stack, Text, TextInput } from "@mantine/core";
import { IconCheck, IconCopy, IconQrcode } from "@tabler/icons-react";
import { useState, type SubmitEvent } from "react";
import { useChange } from "../../api/change";
import { api, data } from "../../api/client";
import { keys } from "../../api/queries";
import { useLive, useMe } from "../../api/session";
import type { NewInvite } from "../../api/types";
import { useSpoken, useWords } from "../../i18n";
import { dateAndTime } from "../../lib/time";
import { usePeople } from "../../ui/people";
import classes from "./friends.module.css";
import { QrCode } from "./qr";

export function InviteLink() {
  const words = useWords();
  const [name, setName] = useState("");
  const { link } = words.friends;
  const make = useChange<string, NewInvite>({
    send: (forWhom) => data(api.POST("/api/v1/friends/invites", { body: { name: forWhom === "" ? null : forWhom } })),
    stale: () => [keys.invites],
  });
  if (make.data !== undefined) {
    return (
      <Ready
        made={make.data}
        onAnother={() => {
          setName("");
          make.reset();
        }}
      />
    );
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    make.mutate(name.trim());
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm">{link.intro}</Text>
        <TextInput
          label={link.name}
          description={link.nameHint}
          placeholder={words.common.optional}
          maxLength={80}
          autoComplete="off"
          data-autofocus
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={make.isPending} leftSection={<IconQrcode size={17} stroke={1.8} />}>
            {link.create}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Ready({ made, onAnother }: { made: NewInvite; onAnother: () => void }) {
  const { words, locale } = useSpoken();
  const me = useMe();
  const { link } = words.friends;
  return (
    <Stack gap="md">
      <Text size="sm">{link.how}</Text>
      <div className={classes.invite}>
        <code className={classes.inviteText} aria-label={link.text} data-testid="invite">
          {made.invite}
        </code>
        <CopyButton value={made.invite} timeout={4000}>
          {({ copied, copy }) => (
            <Button onClick={copy} leftSection={copied ? <IconCheck size={17} /> : <IconCopy size={17} stroke={1.8} />} data-autofocus>
              <span aria-live="polite">{copied ? words.common.copied : link.copy}</span>
            </Button>
          )}
        </CopyButton>
      </div>
      <figure className={classes.scan}>
        <QrCode text={made.invite} label={link.qr(me.name)} />
        <figcaption className={classes.quiet}>{link.scan}</figcaption>
      </figure>
      <Accepted />
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="dimmed">
          {link.expires(dateAndTime(made.expires, locale))}
        </Text>
        <Button variant="subtle" size="compact-sm" onClick={onAnother}>
          {link.another}
        </Button>
      </Group>
      <Text size="xs" c="dimmed">
        {link.once}
      </Text>
    </Stack>
  );
}

/** Says who came while the invite was on screen. */
function Accepted() {
  const words = useWords();
  const people = usePeople();
  const [who, setWho] = useState<string | null>(null);
  useLive((message) => {
    if (message.type === "friend_added") {
      setWho(message.data.who);
    }
  });
  return (
    <div role="status">
      {who !== null && <p className={classes.accepted}>{words.friends.link.usedBy(people(who).name)}</p>}
    </div>
  );
}
