/**
 * Values that live in this browser only, shared between tabs: preferences of a device and drafts.
 *
 * Keys carry the person's short id where it matters, so that two planners on one host stay apart.
 * Storage may be switched off or full; everything then works without being remembered.
 */

import { useSyncExternalStore } from "react";

const PREFIX = "pp.";
const watchers = new Map<string, Set<() => void>>();

export function readStored(key: string): string | null {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

export function writeStored(key: string, value: string | null): void {
  try {
    if (value === null) {
      localStorage.removeItem(PREFIX + key);
    } else {
      localStorage.setItem(PREFIX + key, value);
    }
  } catch {
    // Not remembered; the watchers below still show it in this page's life where they hold it.
  }
  watchers.get(key)?.forEach((tell) => {
    tell();
  });
}

function watch(key: string, tell: () => void): () => void {
  const listening = watchers.get(key) ?? new Set();
  watchers.set(key, listening.add(tell));
  const fromOtherTab = (event: StorageEvent) => {
    if (event.key === PREFIX + key || event.key === null) {
      tell();
    }
  };
  window.addEventListener("storage", fromOtherTab);
  return () => {
    listening.delete(tell);
    window.removeEventListener("storage", fromOtherTab);
  };
}

/** The stored value and its setter; all users of the key, in all tabs, see a change. */
export function useStored(key: string): [string | null, (value: string | null) => void] {
  const value = useSyncExternalStore(
    (tell) => watch(key, tell),
    () => readStored(key),
  );
  return [
    value,
    (next) => {
      writeStored(key, next);
    },
  ];
}
