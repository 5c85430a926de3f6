/** What is said politely to who cannot see it: the shell's one live region reads it. */

import { useSyncExternalStore } from "react";

let said = "";
const watchers = new Set<() => void>();

export function announce(text: string): void {
  said = text;
  watchers.forEach((tell) => {
    tell();
  });
}

function watch(tell: () => void): () => void {
  watchers.add(tell);
  return () => watchers.delete(tell);
}

export function useAnnounced(): string {
  return useSyncExternalStore(watch, () => said);
}
