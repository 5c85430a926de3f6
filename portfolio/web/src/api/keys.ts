/** How what the page reads is called in its memory, and what lists can be narrowed by. */

import type { Allocation, Income, Performance, TransactionIn } from "./types";

export const keys = {
  me: ["me"],
  settings: ["settings"],
  health: ["health"],
  sample: ["sample"],
  logins: ["logins"],
  ideas: ["ideas"],
  idea: (id: string) => ["idea", id],
  history: (id: string) => ["history", id],
  holdings: ["holdings"],
  holding: (id: string) => ["holding", id],
  comments: (id: string) => ["comments", id],
  shares: (id: string) => ["shares", id],
  guests: (id: string) => ["guests", id],
  given: ["given"],
  following: ["following"],
  preview: ["preview"],
  friends: ["friends"],
  invites: ["invites"],
  nearby: ["nearby"],
  feed: ["feed"],
  notifications: ["notifications"],
  transactions: ["transactions"],
  prices: ["prices"],
  portfolio: ["portfolio"],
  instruments: ["instruments"],
  details: ["details"],
  record: ["record"],
  imports: ["imports"],
  accounts: ["accounts"],
  writes: ["writes"],
} as const;

/** What of the ledger is wanted; what is left out does not narrow it. */
export interface LedgerFilter {
  readonly symbol?: string;
  readonly position?: string;
  readonly kind?: TransactionIn["kind"];
  readonly text?: string;
  readonly import_id?: string;
  readonly account?: string;
}

export interface PerformanceFilter {
  readonly start?: string;
  readonly symbol?: string;
  readonly account?: string;
  readonly method?: NonNullable<Performance["method"]>;
}
export interface LotsFilter {
  readonly symbol?: string;
  readonly account?: string;
  readonly on?: string;
}
export interface GainsFilter {
  readonly year?: number;
  readonly symbol?: string;
  readonly account?: string;
  readonly method?: NonNullable<Performance["method"]>;
}
export type IncomeBy = Income["by"];
export type AllocationBy = Allocation["by"];

export interface Days {
  readonly start?: string;
  readonly end?: string;
}
