/** Realised gains in groups, with what each is asked with, and as a table for a file. */

import { useQueries } from "@tanstack/react-query";
import { queries, type GainsFilter } from "../../api/queries";
import type { Gains, Sale } from "../../api/types";
import { useWords, type Words } from "../../i18n";
import { add } from "../../lib/decimal";

export const METHODS = ["fifo", "lifo", "hifo", "average"] as const;
export type GroupBy = "year" | "account" | "symbol" | "method";

export interface Group {
  readonly id: string;
  readonly name: string;
  /** Null when one of its sales has no rate of exchange. */
  readonly gain: string | null;
  readonly reason?: string;
  readonly sales: number;
  readonly asked: Readonly<Record<string, string>>;
}

const KEYS: Readonly<Record<Exclude<GroupBy, "method">, (sale: Sale) => string>> = {
  year: (sale) => sale.date.slice(0, 4),
  account: (sale) => sale.account,
  symbol: (sale) => sale.symbol,
};

export function groupsOf(report: Pick<Gains, "items">, by: Exclude<GroupBy, "method">, words: Words["gains"]): Group[] {
  const found = new Map<string, Group>();
  for (const sale of report.items) {
    const id = KEYS[by](sale);
    const before = found.get(id);
    const sum = before === undefined ? "0" : before.gain;
    found.set(id, {
      id,
      name: id === "" ? words.noAccount : id,
      gain: sum === null || sale.gain_converted === null ? null : add(sum, sale.gain_converted),
      ...((before?.reason ?? sale.reason) !== null && { reason: before?.reason ?? sale.reason ?? "" }),
      sales: (before?.sales ?? 0) + 1,
      asked: by === "year" ? { start: `${id}-01-01`, end: `${id}-12-31` } : { [by]: id },
    });
  }
  const sorted = [...found.values()].sort((a, b) => a.id.localeCompare(b.id));
  return by === "year" ? sorted.reverse() : sorted;
}

/** What the same sales gain by each method; asked only when somebody looks. */
export function useByMethod(filter: GainsFilter, enabled: boolean): Group[] {
  const words = useWords().gains;
  const found = useQueries({
    queries: METHODS.map((method) => ({ ...queries.gains({ ...filter, method }), enabled })),
  });
  return METHODS.map((method, at) => {
    const report = found[at]?.data;
    const reason = report?.reasons.total;
    return {
      id: method,
      name: words.methods[method],
      gain: report?.total ?? null,
      ...(reason !== undefined && { reason }),
      sales: report?.items.length ?? 0,
      asked: { method },
    };
  });
}

/** A line for each lot that a sale took; the sums of the sale stand in its first. */
export function tableOf({ items, currency }: Pick<Gains, "items" | "currency">): (string | number | null)[][] {
  const head = [
    "sold", "symbol", "account", "side", "currency", "quantity", "proceeds", "cost", "charges", "lot_charges", "gain",
    `gain_${currency}`, "bought", "lot_quantity", "lot_cost", "lot_fees", "days_held",
  ];
  const rows = items.flatMap((sale) =>
    sale.lots.map((lot, at) => {
      const first = at === 0;
      const { date, symbol, account, side, quantity, proceeds, cost, charges, lot_charges, gain, gain_converted } = sale;
      const sums = [quantity, proceeds, cost, charges, lot_charges, gain, gain_converted];
      return [
        date, symbol, account, side, sale.currency, ...sums.map((sum) => (first ? sum : null)),
        lot.date, lot.quantity, lot.cost, lot.charges, lot.days,
      ];
    }),
  );
  return [head, ...rows];
}
