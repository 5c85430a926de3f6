/** Where one can go: the one list behind sidebar, bottom bar, palette and `g` keys. */

import {
  IconBulb,
  IconChartPie,
  IconHome,
  IconInbox,
  IconReceipt,
  IconRss,
  IconSettings,
  IconUsers,
  IconUserShare,
  type Icon,
} from "@tabler/icons-react";
import type { Words } from "../i18n";

export interface Place {
  readonly path: string;
  readonly keys: string;
  readonly icon: Icon;
  readonly label: (words: Words) => string;
}

export const HOME: Place = { path: "/", keys: "g h", icon: IconHome, label: (words) => words.shell.home };
export const HOLDINGS: Place = { path: "/holdings", keys: "g o", icon: IconChartPie, label: (words) => words.holdings.title };
export const TRANSACTIONS: Place = {
  path: "/transactions",
  keys: "g t",
  icon: IconReceipt,
  label: (words) => words.transactions.title,
};
export const IDEAS: Place = { path: "/ideas", keys: "g i", icon: IconBulb, label: (words) => words.ideas.title };
export const SHARED: Place = { path: "/shared", keys: "g s", icon: IconUserShare, label: (words) => words.shared.title };
export const FEED: Place = { path: "/feed", keys: "g f", icon: IconRss, label: (words) => words.feed.title };
export const FRIENDS: Place = { path: "/friends", keys: "g p", icon: IconUsers, label: (words) => words.friends.title };
export const INBOX: Place = { path: "/inbox", keys: "g n", icon: IconInbox, label: (words) => words.inbox.title };
export const SETTINGS: Place = { path: "/settings", keys: "g ,", icon: IconSettings, label: (words) => words.settings.title };

/** In the sidebar, in groups. */
export const SIDEBAR: readonly (readonly Place[])[] = [
  [HOME, HOLDINGS, TRANSACTIONS],
  [IDEAS, SHARED, FEED, FRIENDS],
  [INBOX, SETTINGS],
];
export const PLACES: readonly Place[] = SIDEBAR.flat();
/** At the bottom of a phone, left and right of the + in the middle; the rest is under "More". */
export const BOTTOM: readonly [readonly Place[], readonly Place[]] = [
  [HOME, IDEAS],
  [FEED, FRIENDS],
];
