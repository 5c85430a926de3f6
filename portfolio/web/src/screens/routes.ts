/**
 * Every screen of the page, one line each; its code loads when it is first opened.
 *
 * A path's first word must be known to the planner as well, which answers all of them with the page
 * (portfolio/api/page.py: SCREENS; a test compares the two).
 */

import type { ComponentType } from "react";

type Load = () => Promise<{ default: ComponentType }>;

export interface Screen {
  readonly path: string;
  readonly load: Load;
  /** Without sidebar and top bar. */
  readonly bare?: boolean;
}

export const SCREENS: readonly Screen[] = [
  { path: "", load: () => import("./home/home") },
  { path: "holdings", load: () => import("./holdings/holdings") },
  { path: "ideas", load: () => import("./ideas/ideas") },
  { path: "ideas/:id", load: () => import("./idea/idea") },
  { path: "accounts", load: () => import("./accounts/accounts") },
  { path: "instruments", load: () => import("./instruments/instruments") },
  { path: "instruments/:symbol", load: () => import("./asset/asset") },
  { path: "transactions", load: () => import("./transactions/transactions") },
  { path: "import", load: () => import("./import/import") },
  { path: "import/:id", load: () => import("./import/import") },
  { path: "performance", load: () => import("./performance/performance") },
  { path: "gains", load: () => import("./gains/gains") },
  { path: "income", load: () => import("./income/income") },
  { path: "allocation", load: () => import("./allocation/allocation") },
  { path: "record", load: () => import("./record/record") },
  { path: "record/:did", load: () => import("./record/record") },
  { path: "shared", load: () => import("./shared/shared") },
  { path: "feed", load: () => import("./feed/feed") },
  { path: "friends", load: () => import("./friends/friends") },
  { path: "friends/:did", load: () => import("./friends/friend") },
  { path: "changes", load: () => import("./changes/changes") },
  { path: "inbox", load: () => import("./inbox/inbox") },
  { path: "settings", load: () => import("./settings/settings") },
  { path: "details", load: () => import("./details/details") },
  { path: "welcome", load: () => import("./welcome/welcome"), bare: true },
];
