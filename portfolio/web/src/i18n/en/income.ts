import { plural } from "../plural";

export const income = {
  title: "Income",
  lead: "Dividends and interest, before and after tax, at the exchange rates of their days.",
  by: "Grouped by",
  groups: { month: "Month", year: "Year", symbol: "Instrument", account: "Account" },
  gross: "Gross",
  fee: "Fees",
  tax: "Tax",
  net: "Net",
  payments: (n: number) => plural(n, "payment", "payments"),
  total: "In all",
  cash: "Cash",
  noAccount: "No account named",
  emptyTitle: "Your income will be here",
  emptyText: "Dividends and interest from your transactions, by month, instrument and account.",
};
