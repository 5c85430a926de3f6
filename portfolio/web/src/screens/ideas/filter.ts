/** Which ideas are shown, and in which order: kept in the address, so that back and a link bring it again. */

import type { Idea, IdeaState } from "../../api/types";
import { compare, isDecimal } from "../../lib/decimal";
import { STATES, isState } from "../../lib/states";

export interface Filter {
  readonly state: IdeaState | null;
  readonly symbol: string;
  readonly owner: string | null;
}

export function readFilter(params: URLSearchParams): Filter {
  const state = params.get("state");
  return { state: isState(state) ? state : null, symbol: params.get("symbol") ?? "", owner: params.get("owner") };
}

/** The address with one part of the filter changed; an empty part is left out. */
export function withPart(params: URLSearchParams, name: keyof Filter, value: string | null): URLSearchParams {
  const next = new URLSearchParams(params);
  if (value === null || value === "") {
    next.delete(name);
  } else {
    next.set(name, value);
  }
  return next;
}

export function isFiltered({ state, symbol, owner }: Filter): boolean {
  return state !== null || symbol.trim() !== "" || owner !== null;
}

/** The letters may stand anywhere in the symbol or begin a word of the thesis. */
export function passes(idea: Idea, { state, symbol, owner }: Filter): boolean {
  const wanted = symbol.trim().toLocaleLowerCase();
  const named =
    idea.symbol.toLocaleLowerCase().includes(wanted) ||
    idea.thesis.toLocaleLowerCase().split(/[\s*_(]+/).some((word) => word.startsWith(wanted));
  return (state === null || idea.state === state) && (owner === null || idea.owner === owner) && (wanted === "" || named);
}

/** The ideas of each column, what changed last first. */
export function columnsOf(ideas: readonly Idea[]): ReadonlyMap<IdeaState, readonly Idea[]> {
  const newest = [...ideas].sort((a, b) => (a.updated < b.updated ? 1 : -1));
  return new Map(STATES.map((state) => [state, newest.filter((idea) => idea.state === state)]));
}

/** By number; what is unknown comes after everything that is known. */
export function byDecimal(a: string | null | undefined, b: string | null | undefined): number {
  const known = (text: string | null | undefined): text is string => text != null && isDecimal(text);
  if (known(a) && known(b)) {
    return compare(a, b);
  }
  return Number(known(b)) - Number(known(a));
}

/** How far the price is from the entry, whichever way. */
export function distanceToEntry(idea: Idea): string | null {
  return idea.market?.to_entry_percent?.replace("-", "") ?? null;
}
