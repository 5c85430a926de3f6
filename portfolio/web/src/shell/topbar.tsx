import { ActionIcon, Button, Menu, UnstyledButton } from "@mantine/core";
import { IconEye, IconEyeOff, IconLogout, IconPlus, IconSearch } from "@tabler/icons-react";
import { Link } from "react-router";
import { useMe, useSession, useSettings } from "../api/session";
import { useWords } from "../i18n";
import { useHiddenAmounts } from "../lib/amounts";
import { Keys } from "../ui/keys";
import { Avatar } from "../ui/person";
import { useToasts } from "../ui/toasts";
import { ACTIONS } from "./actions";
import { ConnectionBadge } from "./connection";
import { SETTINGS } from "./navigation";
import classes from "./shell.module.css";

export function Topbar({ onSearch }: { onSearch: () => void }) {
  const words = useWords();
  const { hidden, toggle } = useHiddenAmounts();
  const amounts = hidden ? words.shell.showAmounts : words.shell.hideAmounts;
  return (
    <header className={classes.topbar}>
      <button type="button" className={classes.search} onClick={onSearch} aria-label={words.shell.search}>
        <IconSearch size={16} stroke={1.8} aria-hidden />
        <span>{words.shell.search}</span>
        <kbd aria-hidden className={classes.searchKey}>
          /
        </kbd>
      </button>
      <div className={classes.tools}>
        <ConnectionBadge />
        <ActionIcon onClick={toggle} aria-label={amounts} aria-pressed={hidden} title={`${amounts} (H)`}>
          {hidden ? <IconEyeOff size={18} stroke={1.7} /> : <IconEye size={18} stroke={1.7} />}
        </ActionIcon>
        <NewMenu />
        <AccountMenu />
      </div>
    </header>
  );
}

function NewMenu() {
  const words = useWords();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="compact-md" variant="light" leftSection={<IconPlus size={16} stroke={2} />} visibleFrom="sm">
          {words.shell.new}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {ACTIONS.map(({ path, keys, icon: Icon, label }) => (
          <Menu.Item
            key={path}
            component={Link}
            to={path}
            leftSection={<Icon size={16} stroke={1.7} />}
            rightSection={keys === null ? null : <Keys of={keys} />}
          >
            {label(words)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function AccountMenu() {
  const words = useWords();
  const me = useMe();
  const { colour } = useSettings();
  const { logOut } = useSession();
  const toasts = useToasts();
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <UnstyledButton aria-label={words.shell.account(me.name)} p={4} style={{ borderRadius: "50%" }}>
          <Avatar name={me.name} colour={colour} size={30} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{me.handle === null ? me.name : `${me.name} · ${me.handle}`}</Menu.Label>
        <Menu.Item component={Link} to={SETTINGS.path} leftSection={<SETTINGS.icon size={16} stroke={1.7} />}>
          {words.settings.title}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconLogout size={16} stroke={1.7} />}
          onClick={() => {
            logOut().catch(toasts.refused);
          }}
        >
          {words.shell.logOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
