/** What is shared: a position, several, those of a tag, or all; and in which roles that can be. */

import type { Position, PreviewIn } from "../../api/types";
import type { Words } from "../../i18n";
import type { Role } from "./use-shares";

export type Subject =
  | { readonly kind: "position"; readonly position: Position }
  | { readonly kind: "positions"; readonly positions: readonly Position[] }
  | { readonly kind: "tag"; readonly tag: string }
  | { readonly kind: "portfolio" };

const ROLES: readonly Role[] = ["viewer", "commenter", "editor"];

/** A holding follows its transactions, so nobody can edit one; nor what takes new positions in. */
export function rolesFor(subject: Subject): readonly Role[] {
  const { positions } = { positions: [], ...subject, ...(subject.kind === "position" && { positions: [subject.position] }) };
  const ideas = positions.length > 0 && positions.every(({ kind }) => kind === "idea");
  return ideas ? ROLES : ROLES.filter((role) => role !== "editor");
}

export function whatOf(subject: Subject): PreviewIn["what"] {
  switch (subject.kind) {
    case "position":
      return { positions: [subject.position.id] };
    case "positions":
      return { positions: subject.positions.map(({ id }) => id) };
    case "tag":
      return { tag: subject.tag };
    case "portfolio":
      return { portfolio: true };
  }
}

/** Whether it takes in what is bought, watched or tagged later. */
export function follows(subject: Subject): boolean {
  return subject.kind === "tag" || subject.kind === "portfolio";
}

export function nameOf(subject: Subject, words: Words["share"]): string {
  switch (subject.kind) {
    case "position":
      return subject.position.symbol;
    case "positions":
      return words.positions(subject.positions.length);
    case "tag":
      return words.tagged(subject.tag);
    case "portfolio":
      return words.portfolio;
  }
}
