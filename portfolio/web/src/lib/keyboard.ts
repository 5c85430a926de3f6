/**
 * Keys for everything: one listener, one table of what is bound now, sequences such as `g h`.
 *
 * The `?` sheet lists this very table, so it can never say something else than what works. Keys
 * rest while somebody types, and while a dialog is open (which has its own Esc).
 */

import { useEffect, useEffectEvent, useSyncExternalStore } from "react";

export interface Shortcut {
  /** Keys as `KeyboardEvent.key` names them, parts of a sequence separated by a space: `g h`. */
  readonly keys: string;
  readonly label: string;
  readonly group: string;
  readonly run: () => void;
}

const SEQUENCE_MS = 1_200;

/** The table of bound keys; the last one bound wins, as a screen's over the shell's. */
export class Keys {
  private bound: readonly Shortcut[] = [];
  private readonly watchers = new Set<() => void>();
  private begun: { key: string; at: number } | null = null;

  bind(shortcut: Shortcut): () => void {
    this.set([...this.bound, shortcut]);
    return () => {
      this.set(this.bound.filter((each) => each !== shortcut));
    };
  }

  list = (): readonly Shortcut[] => this.bound;

  watch = (tell: () => void): (() => void) => {
    this.watchers.add(tell);
    return () => this.watchers.delete(tell);
  };

  /** Takes a key; true when it belonged to a shortcut. */
  press(key: string, now: number): boolean {
    const before = this.begun !== null && now - this.begun.at <= SEQUENCE_MS ? this.begun.key : null;
    this.begun = null;
    const found = before === null ? undefined : this.find(`${before} ${key}`);
    const meant = found ?? this.find(key);
    if (meant !== undefined) {
      meant.run();
      return true;
    }
    if (this.bound.some((each) => each.keys.startsWith(`${key} `))) {
      this.begun = { key, at: now };
      return true;
    }
    return false;
  }

  private find(keys: string): Shortcut | undefined {
    return this.bound.findLast((each) => each.keys === keys);
  }

  private set(bound: readonly Shortcut[]): void {
    this.bound = bound;
    this.watchers.forEach((tell) => {
      tell();
    });
  }
}

export const keys = new Keys();

/** True when the key event belongs to a field, a menu or an open dialog. */
export function isTaken(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement | null;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) {
    return true;
  }
  if (target?.closest("input, textarea, select, [contenteditable=true], [role=menu], [role=listbox], [role=dialog]") != null) {
    return true;
  }
  // A dialog that is fading away has given the focus back already.
  return target === document.body && document.querySelector("[role=dialog]") !== null;
}

/** Starts to listen; returns how to stop. */
export function listenToKeys(): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (!event.repeat && !isTaken(event) && keys.press(event.key, event.timeStamp)) {
      event.preventDefault();
    }
  };
  window.addEventListener("keydown", onKey);
  return () => {
    window.removeEventListener("keydown", onKey);
  };
}

/** Binds a key while the component is there. `null` keys bind nothing. */
export function useShortcut(bound: string | null, label: string, group: string, run: () => void): void {
  const latest = useEffectEvent(run);
  useEffect(() => {
    if (bound === null) {
      return undefined;
    }
    return keys.bind({
      keys: bound,
      label,
      group,
      run: () => {
        latest();
      },
    });
  }, [bound, label, group]);
}

export function useShortcuts(): readonly Shortcut[] {
  return useSyncExternalStore(keys.watch, keys.list);
}
