/** A new idea while it is written: kept in this browser, so that nothing is lost before it is saved. */

import type { IdeaIn, Side } from "../../api/types";
import { readStored, writeStored } from "../../lib/stored";

const KEY = "draft.idea";

export interface IdeaDraft {
  readonly symbol: string;
  readonly side: Side;
  readonly entry: string | null;
  readonly stop: string | null;
  readonly targets: readonly (string | null)[];
  readonly size: string | null;
  readonly thesis: string;
}

export const BLANK: IdeaDraft = {
  symbol: "",
  side: "long",
  entry: null,
  stop: null,
  targets: [null],
  size: null,
  thesis: "",
};

export function isBlank(draft: IdeaDraft): boolean {
  return JSON.stringify({ ...draft, side: "long", targets: draft.targets.filter((each) => each !== null) }) === JSON.stringify({ ...BLANK, targets: [] });
}

export function readDraft(): IdeaDraft | null {
  try {
    const value: unknown = JSON.parse(readStored(KEY) ?? "null");
    return typeof value === "object" && value !== null ? { ...BLANK, ...value } : null;
  } catch {
    return null;
  }
}

export function keepDraft(draft: IdeaDraft | null): void {
  writeStored(KEY, draft === null || isBlank(draft) ? null : JSON.stringify(draft));
}

export function bodyOf({ symbol, targets, thesis, ...rest }: IdeaDraft): IdeaIn {
  return {
    ...rest,
    symbol: symbol.trim().toUpperCase(),
    targets: targets.filter((each) => each !== null),
    thesis: thesis.trim(),
  };
}
