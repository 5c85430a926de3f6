/** What can be done from everywhere: behind the + menu, the palette and single keys. */

import { IconBulb, IconReceipt, IconUserPlus, type Icon } from "@tabler/icons-react";
import type { Words } from "../i18n";

export interface Action {
  readonly path: string;
  readonly keys: string | null;
  readonly icon: Icon;
  readonly label: (words: Words) => string;
}

/** Each leads to a screen, which opens its form when it sees `?new`. */
export const ACTIONS: readonly Action[] = [
  { path: "/ideas?new", keys: "i", icon: IconBulb, label: (words) => words.shell.newIdea },
  { path: "/transactions?new", keys: "a", icon: IconReceipt, label: (words) => words.shell.newTransaction },
  { path: "/friends?new", keys: null, icon: IconUserPlus, label: (words) => words.shell.inviteFriend },
];
