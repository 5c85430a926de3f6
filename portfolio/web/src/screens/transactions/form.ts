/** What stands in the form of a transaction, and what is sent of it. */

import type { Transaction, TransactionIn } from "../../api/types";
import { add, multiply, subtract } from "../../lib/decimal";

export type Kind = TransactionIn["kind"];

/** Which fields a kind has: units at a price, an amount of money, a ratio, or units into others. */
export type Shape = "trade" | "payout" | "money" | "transfer" | "ratio" | "merger";

export const SHAPES: Readonly<Record<Kind, Shape>> = {
  buy: "trade",
  sell: "trade",
  dividend: "payout",
  interest: "money",
  deposit: "money",
  withdrawal: "money",
  fee: "money",
  tax: "money",
  short: "trade",
  cover: "trade",
  transfer_in: "transfer",
  transfer_out: "transfer",
  split: "ratio",
  merger: "merger",
};
export const KINDS = Object.keys(SHAPES) as readonly Kind[];
/** What leaves the account; charges come on top of it. */
const PAID: ReadonlySet<Kind> = new Set<Kind>(["buy", "cover", "withdrawal", "fee", "tax", "transfer_out"]);

/** Numbers are decimal strings, null while a field is empty. */
export interface Draft {
  readonly kind: Kind;
  readonly symbol: string;
  readonly into: string;
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
  readonly toAccount: string;
  readonly tags: readonly string[];
  readonly note: string;
}

export function emptyDraft(currency: string, today: string, begun: Partial<Draft> = {}): Draft {
  return {
    kind: "buy",
    symbol: "",
    into: "",
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
    toAccount: "",
    tags: [],
    note: "",
    ...begun,
  };
}

export function draftOf(row: Transaction): Draft {
  const { kind, date, currency, quantity, price, amount, fee, tax, account, note, tags } = row;
  const part = (value: number | null) => (value === null ? null : String(value));
  return {
    kind, date, currency, quantity, price, amount, fee, tax, account, note, tags,
    symbol: row.symbol ?? "",
    into: row.into ?? "",
    toAccount: "",
    numerator: part(row.numerator),
    denominator: part(row.denominator),
  };
}

/** Whether a kind with this draft is about units of something, or about money alone. */
export function isOfUnits({ kind, symbol }: Pick<Draft, "kind" | "symbol">): boolean {
  const shape = SHAPES[kind];
  return shape === "trade" || (shape === "transfer" && symbol.trim() !== "");
}

/** What the kind needs; the rest of the draft stays behind. */
export function sentOf(draft: Draft): TransactionIn {
  const { kind, date, currency, fee, tax, tags } = draft;
  const word = (text: string) => text.trim().toUpperCase();
  const part = (text: string | null) => (text === null || !/^\d+$/.test(text) ? null : Number(text));
  const common = {
    kind,
    date,
    currency,
    account: draft.account.trim(),
    note: draft.note.trim(),
    tags: [...tags],
    symbol: word(draft.symbol) === "" ? null : word(draft.symbol),
  };
  const money = { quantity: null, price: null, amount: draft.amount, fee, tax };
  const ratio = { numerator: part(draft.numerator), denominator: part(draft.denominator) };
  switch (SHAPES[kind]) {
    case "trade":
      return { ...common, quantity: draft.quantity, price: draft.price, amount: null, fee, tax };
    case "payout":
    case "money":
      return { ...common, ...money };
    case "transfer": {
      const there = draft.toAccount.trim();
      const to = kind === "transfer_out" && there !== "" ? { to_account: there } : {};
      const units = { quantity: draft.quantity, price: draft.price, amount: null, fee, tax };
      return { ...common, ...(isOfUnits(draft) ? units : money), ...to };
    }
    case "ratio":
      return { ...common, ...ratio };
    case "merger":
      return { ...common, ...ratio, into: word(draft.into), amount: draft.amount };
  }
}

/** Whether everything is there that the kind cannot do without. */
export function isComplete(draft: Draft): boolean {
  const ratio = [draft.numerator, draft.denominator];
  const needed: Readonly<Record<Shape, readonly (string | null)[]>> = {
    trade: [draft.quantity, draft.price],
    payout: [draft.amount],
    money: [draft.amount],
    transfer: isOfUnits(draft) ? [draft.quantity] : [draft.amount],
    ratio,
    merger: [...ratio, draft.into.trim() === "" ? null : draft.into],
  };
  const shape = SHAPES[draft.kind];
  const named = shape === "money" || shape === "transfer" || draft.symbol.trim() !== "";
  return named && draft.date !== "" && needed[shape].every((value) => value !== null);
}

type Sums = Pick<Transaction, "kind" | "quantity" | "price" | "amount" | "fee" | "tax">;

/** What moved on the account: charges are added to what is paid and taken off all else; exact. */
export function totalOf({ kind, quantity, price, amount, fee, tax }: Sums): string | null {
  const gross = amount ?? (quantity === null || price === null ? null : multiply(quantity, price));
  if (gross === null || kind === "split") {
    return null;
  }
  const charges = add(fee ?? "0", tax ?? "0");
  return PAID.has(kind) ? add(gross, charges) : subtract(gross, charges);
}
