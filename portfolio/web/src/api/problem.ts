/** Errors of the API as values: RFC 9457 problems, and the planner that does not answer. */

import type { Words } from "../i18n";

export interface FieldFault {
  readonly where: string;
  readonly detail: string;
}

interface ProblemDocument {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  errors?: FieldFault[];
}

/** What the planner answered instead of the thing asked for. `name` is the last part of its type. */
export class ProblemError extends Error {
  override readonly name: string;
  readonly status: number;
  readonly detail: string | undefined;
  readonly faults: readonly FieldFault[];

  constructor(status: number, document: ProblemDocument) {
    super(document.detail ?? document.title ?? `HTTP ${status}`);
    this.name = document.type?.split("/").pop() ?? "";
    this.status = status;
    this.detail = document.detail;
    this.faults = document.errors ?? [];
  }
}

/** The planner did not answer at all. */
export class UnreachableError extends Error {}

export async function problemOf(response: Response): Promise<ProblemError> {
  let document: ProblemDocument = {};
  try {
    document = (await response.json()) as ProblemDocument;
  } catch {
    // A proxy answered in HTML: the status is all we know.
  }
  return new ProblemError(response.status, document);
}

export function isProblem(error: unknown, ...names: string[]): error is ProblemError {
  return error instanceof ProblemError && (names.length === 0 || names.includes(error.name));
}

export interface Explained {
  readonly title: string;
  readonly detail: string | undefined;
  readonly next: string;
}

/** What went wrong and what to do next, in the person's language. */
export function explain(error: unknown, words: Words): Explained {
  if (error instanceof UnreachableError) {
    return { ...words.problems.network, detail: undefined };
  }
  if (!(error instanceof ProblemError)) {
    return { ...words.problems.unknown, detail: undefined };
  }
  const types: Record<string, { title: string; next: string }> = words.problems.types;
  const known = types[error.name] ?? words.problems.unknown;
  const said = error.detail ?? "";
  const more = error.faults.filter(({ detail }) => !said.includes(detail));
  const faults = more.flatMap(({ where, detail }) => {
    const told = words.problems.said(detail);
    return told === undefined ? [] : [`${where}: ${told}`];
  });
  return { ...known, detail: [words.problems.said(said), ...faults].filter(Boolean).join("\n") || undefined };
}
