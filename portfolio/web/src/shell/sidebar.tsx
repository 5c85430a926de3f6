import { useInfiniteQuery } from "@tanstack/react-query";
import { NavLink } from "react-router";
import { queries } from "../api/queries";
import { useWords } from "../i18n";
import { INBOX, SIDEBAR, type Place } from "./navigation";
import classes from "./shell.module.css";

/** How many notifications are unread; 0 until known. */
export function useUnread(): number {
  return useInfiniteQuery(queries.notifications()).data?.pages[0]?.unread ?? 0;
}

export function PlaceLink({ place, onClick }: { place: Place; onClick?: () => void }) {
  const words = useWords();
  const unread = useUnread();
  const Icon = place.icon;
  return (
    <NavLink to={place.path} end={place.path === "/"} className={classes.link ?? ""} {...(onClick && { onClick })}>
      <Icon size={18} stroke={1.7} aria-hidden />
      {place.label(words)}
      {place === INBOX && unread > 0 && (
        <span className={classes.badge} aria-label={words.shell.unread(unread)}>
          {unread}
        </span>
      )}
    </NavLink>
  );
}

export function Sidebar() {
  const words = useWords();
  return (
    <nav className={classes.sidebar} aria-label={words.shell.navigation}>
      <NavLink to="/" end className={classes.brand ?? ""}>
        <img src="/icon.svg" alt="" className={classes.logo} width={24} height={24} />
        {words.shell.name}
      </NavLink>
      {SIDEBAR.map((group, index) => (
        <ul key={index} className={classes.group}>
          {group.map((place) => (
            <li key={place.path}>
              <PlaceLink place={place} />
            </li>
          ))}
        </ul>
      ))}
    </nav>
  );
}
