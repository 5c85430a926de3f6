/** Which field of a form a refusal is about. */

import { isProblem } from "../api/problem";

/** The faults by the name of their field: `/stop` and `body/stop` are `stop`. */
export function faultsOf(error: unknown): Readonly<Record<string, string>> {
  if (!isProblem(error)) {
    return {};
  }
  return Object.fromEntries(error.faults.map(({ where, detail }) => [where.split("/").filter(Boolean).pop() ?? "", detail]));
}
