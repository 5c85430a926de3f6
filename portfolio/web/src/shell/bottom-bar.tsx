import { Drawer, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDots, IconPlus } from "@tabler/icons-react";
import { Link, NavLink } from "react-router";
import { useWords } from "../i18n";
import { ACTIONS } from "./actions";
import { BOTTOM, PLACES, type Place } from "./navigation";
import classes from "./shell.module.css";
import { PlaceLink, useUnread } from "./sidebar";

/** On a phone: the places one goes to most, + in the middle, the rest under "More". */
export function BottomBar() {
  const words = useWords();
  const [left, right] = BOTTOM;
  const [opened, more] = useDisclosure(false);
  const unread = useUnread();
  const rest = PLACES.filter((place) => !left.includes(place) && !right.includes(place));
  return (
    <nav className={classes.bottom} aria-label={words.shell.navigation}>
      {left.map((place) => (
        <Tab key={place.path} place={place} />
      ))}
      <Menu position="top">
        <Menu.Target>
          <button type="button" className={classes.tab} aria-label={words.shell.new}>
            <span className={classes.plus}>
              <IconPlus size={22} stroke={2} aria-hidden />
            </span>
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {ACTIONS.map(({ path, icon: Icon, label }) => (
            <Menu.Item key={path} component={Link} to={path} leftSection={<Icon size={18} stroke={1.7} />}>
              {label(words)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {right.map((place) => (
        <Tab key={place.path} place={place} />
      ))}
      <button type="button" className={classes.tab} onClick={more.open} aria-expanded={opened}>
        <IconDots size={22} stroke={1.7} aria-hidden />
        {words.common.more}
        {unread > 0 && <span className={classes.tabBadge} aria-label={words.shell.unread(unread)} role="img" />}
      </button>
      <Drawer
        opened={opened}
        onClose={more.close}
        position="bottom"
        size="auto"
        title={words.common.more}
        closeButtonProps={{ "aria-label": words.common.close }}
      >
        <ul className={classes.moreList}>
          {rest.map((place) => (
            <li key={place.path}>
              <PlaceLink place={place} onClick={more.close} />
            </li>
          ))}
        </ul>
      </Drawer>
    </nav>
  );
}

function Tab({ place }: { place: Place }) {
  const words = useWords();
  const Icon = place.icon;
  return (
    <NavLink to={place.path} end={place.path === "/"} className={classes.tab ?? ""}>
      <Icon size={22} stroke={1.7} aria-hidden />
      {place.label(words)}
    </NavLink>
  );
}
