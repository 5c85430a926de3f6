/** All ways to a new friend, in one dialog. */

import { Modal, Tabs } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useWords } from "../../i18n";
import { PHONE } from "../../ui/data-table";
import { HaveInvite } from "./have-invite";
import { ByHandle } from "./by-handle";
import { InviteLink } from "./invite-link";
import { NearbyPeople } from "./nearby";
import classes from "./friends.module.css";

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
  /** An invite that came with the address. */
  readonly given: string;
}

export function InviteDialog({ opened, onClose, given }: Props) {
  const words = useWords();
  const phone = useMediaQuery(PHONE, undefined, { getInitialValueInEffect: false });
  const { ways } = words.friends;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={words.friends.invite}
      size={560}
      fullScreen={phone}
      closeButtonProps={{ "aria-label": words.common.close }}
    >
      <Tabs defaultValue={given === "" ? "link" : "have"} keepMounted={false}>
        <Tabs.List aria-label={words.friends.invite} className={classes.ways ?? ""}>
          <Tabs.Tab value="link">{ways.link}</Tabs.Tab>
          <Tabs.Tab value="have">{ways.have}</Tabs.Tab>
          <Tabs.Tab value="handle">{ways.handle}</Tabs.Tab>
          <Tabs.Tab value="nearby">{ways.nearby}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="link" pt="md">
          <InviteLink />
        </Tabs.Panel>
        <Tabs.Panel value="have" pt="md">
          <HaveInvite given={given} onDone={onClose} />
        </Tabs.Panel>
        <Tabs.Panel value="handle" pt="md">
          <ByHandle onDone={onClose} />
        </Tabs.Panel>
        <Tabs.Panel value="nearby" pt="md">
          <NearbyPeople />
        </Tabs.Panel>
      </Tabs>
    </Modal>
  );
}
