/** Where the market stands against an idea: the nearest level ahead, for cards, tables and sorting. */

import type { Idea } from "../api/types";

export interface Market {
  readonly price: string;
  readonly date: string;
  readonly to_entry_percent: string | null;
  readonly to_stop_percent: string | null;
  readonly to_targets_percent: readonly string[];
}

/** The last known price of its symbol; null where there is none. */
export function marketOf(idea: Idea): Market | null {
  return (idea as Idea & { market?: Market | null }).market ?? null;
}
