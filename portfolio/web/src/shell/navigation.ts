/** Where one can go: the one list behind sidebar, bottom bar, palette and `g` keys. */

import {
  IconArrowBackUp,
  IconBuildingBank,
  IconBulb,
  IconCertificate,
  IconChartDonut,
  IconChartPie,
  IconCoins,
  IconHome,
  IconInbox,
  IconReceipt,
  IconRss,
  IconScale,
  IconSettings,
  IconTags,
  IconTrendingUp,
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
export const ACCOUNTS: Place = {
  path: "/accounts",
  keys: "g c",
  icon: IconBuildingBank,
  label: (words) => words.accounts.title,
};
export const INSTRUMENTS: Place = {
  path: "/instruments",
  keys: "g m",
  icon: IconTags,
  label: (words) => words.instruments.title,
};
export const PERFORMANCE: Place = {
  path: "/performance",
  keys: "g r",
  icon: IconTrendingUp,
  label: (words) => words.performance.title,
};
export const GAINS: Place = { path: "/gains", keys: "g l", icon: IconScale, label: (words) => words.gains.title };
export const INCOME: Place = { path: "/income", keys: "g d", icon: IconCoins, label: (words) => words.income.title };
export const ALLOCATION: Place = {
  path: "/allocation",
  keys: "g a",
  icon: IconChartDonut,
  label: (words) => words.allocation.title,
};
export const RECORD: Place = { path: "/record", keys: "g k", icon: IconCertificate, label: (words) => words.record.title };
export const IDEAS: Place = { path: "/ideas", keys: "g i", icon: IconBulb, label: (words) => words.ideas.title };
export const SHARED: Place = { path: "/shared", keys: "g s", icon: IconUserShare, label: (words) => words.shared.title };
export const FEED: Place = { path: "/feed", keys: "g f", icon: IconRss, label: (words) => words.feed.title };
export const FRIENDS: Place = { path: "/friends", keys: "g p", icon: IconUsers, label: (words) => words.friends.title };
export const INBOX: Place = { path: "/inbox", keys: "g n", icon: IconInbox, label: (words) => words.inbox.title };
export const CHANGES: Place = {
  path: "/changes",
  keys: "g u",
  icon: IconArrowBackUp,
  label: (words) => words.changes.title,
};
export const SETTINGS: Place = { path: "/settings", keys: "g ,", icon: IconSettings, label: (words) => words.settings.title };

/** In the sidebar, in groups. */
export const SIDEBAR: readonly (readonly Place[])[] = [
  [HOME, HOLDINGS, TRANSACTIONS, ACCOUNTS, INSTRUMENTS],
  [PERFORMANCE, GAINS, INCOME, ALLOCATION],
  [IDEAS, RECORD, SHARED, FEED, FRIENDS],
  [INBOX, CHANGES, SETTINGS],
];
export const PLACES: readonly Place[] = SIDEBAR.flat();
/** At the bottom of a phone, left and right of the + in the middle; the rest is under "More". */
export const BOTTOM: readonly [readonly Place[], readonly Place[]] = [
  [HOME, IDEAS],
  [FEED, FRIENDS],
];
