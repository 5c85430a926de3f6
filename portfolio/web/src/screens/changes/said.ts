/** What was written, in the person's language: by the action, with what the planner's words name. */

import type { Write } from "../../api/types";
import type { Words } from "../../i18n";

export function saidOf({ action, text }: Pick<Write, "action" | "text">, words: Words["changes"]): string {
  const named = /"(.*)"/.exec(text)?.[1] ?? /^(?:Idea|Instrument) (\S+)|^Template (.+) deleted$/.exec(text)?.slice(1).find(Boolean) ?? "";
  const count = Number(/^\d+/.exec(text)?.[0] ?? "1");
  return words.actions[action]?.(named, count) ?? text;
}
