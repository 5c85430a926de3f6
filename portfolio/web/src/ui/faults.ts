/** Which field of a form a refusal is about. */

import { isProblem } from "../api/problem";
import type { Words } from "../i18n";

/** The faults by the name of their field (`/stop` and `body/stop` are `stop`), in the person's language. */
export function faultsOf(error: unknown, words: Words): Readonly<Record<string, string>> {
  if (!isProblem(error)) {
    return {};
  }
  return Object.fromEntries(
    error.faults.map(({ where, detail }) => [
      where.split("/").filter(Boolean).pop() ?? "",
      words.problems.said(detail) ?? words.problems.check,
    ]),
  );
}
