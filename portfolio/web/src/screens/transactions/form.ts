/** What stands in the form of a transaction, and what is sent of it. */

import type { Transaction, TransactionIn } from "../../api/types";
import { add, multiply, subtract } from "../../lib/decimal";

export type Kind = TransactionIn["kind"];
export const KINDS: readonly Kind[] = ["buy", "sell", "dividend", "split"];

/** Numbers are decimal strings, null while a field is empty. */
export interface Draft {
  readonly kind: Kind;
  readonly symbol: string;
  readonly date: string;
  readonly currency: string;
  readonly quantity: string | null;
  readonly price: string | null;
  readonly amount: string | null;
  readonly fee: string | null;
  readonly tax: string | null;
  readonly numerator: string | null;
  readonly denominator: string | null;
  readonly account: string;
  readonly note: string;
}

export function emptyDraft(currency: string, today: string, begun: Partial<Draft> = {}): Draft {
  return {
    kind: "buy",
    symbol: "",
    date: today,
    currency,
    quantity: null,
    price: null,
    amount: null,
    fee: null,
    tax: null,
    numerator: null,
    denominator: null,
    account: "",
    note: "",
    ...begun,
  };
}

export function draftOf(row: Transaction): Draft {
  const { kind, symbol, date, currency, quantity, price, amount, fee, tax, account, note } = row;
  const part = (value: number | null) => (value === null ? null : String(value));
  return {
    kind, symbol, date, currency, quantity, price, amount, fee, tax, account, note,
    numerator: part(row.numerator),
    denominator: part(row.denominator),
  };
}

/** What the kind needs; the rest of the draft stays behind. */
export function sentOf(draft: Draft): TransactionIn {
  const { kind, symbol, date, currency, account, note, fee, tax } = draft;
  const common = { kind, symbol: symbol.trim().toUpperCase(), date, currency, account: account.trim(), note: note.trim() };
  const part = (text: string | null) => (text === null || !/^\d+$/.test(text) ? null : Number(text));
  switch (kind) {
    case "buy":
    case "sell":
      return { ...common, quantity: draft.quantity, price: draft.price, amount: null, fee, tax };
    case "dividend":
      return { ...common, quantity: null, price: null, amount: draft.amount, fee, tax };
    case "split":
      return { ...common, numerator: part(draft.numerator), denominator: part(draft.denominator) };
  }
}

/** Whether everything is there that the kind cannot do without. */
export function isComplete(draft: Draft): boolean {
  const needed: Record<Kind, readonly (string | null)[]> = {
    buy: [draft.quantity, draft.price],
    sell: [draft.quantity, draft.price],
    dividend: [draft.amount],
    split: [draft.numerator, draft.denominator],
  };
  return draft.symbol.trim() !== "" && draft.date !== "" && needed[draft.kind].every((value) => value !== null);
}

type Sums = Pick<Transaction, "kind" | "quantity" | "price" | "amount" | "fee" | "tax">;

/** What moved on the account: charges are added to a purchase and taken off all else; exact. */
export function totalOf({ kind, quantity, price, amount, fee, tax }: Sums): string | null {
  const gross = amount ?? (quantity === null || price === null ? null : multiply(quantity, price));
  if (gross === null || kind === "split") {
    return null;
  }
  const charges = add(fee ?? "0", tax ?? "0");
  return kind === "buy" ? add(gross, charges) : subtract(gross, charges);
}
