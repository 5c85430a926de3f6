import type { Words } from "..";
import { plural } from "../plural";

export const income: Words["income"] = {
  title: "Erträge",
  lead: "Dividenden und Zinsen, vor und nach Steuern, zu den Wechselkursen ihrer Tage.",
  by: "Gruppiert nach",
  groups: { month: "Monat", year: "Jahr", symbol: "Wertpapier", account: "Konto" },
  gross: "Brutto",
  fee: "Gebühren",
  tax: "Steuer",
  net: "Netto",
  payments: (n) => plural(n, "Zahlung", "Zahlungen"),
  total: "Zusammen",
  cash: "Guthaben",
  noAccount: "Kein Konto genannt",
  emptyTitle: "Hier werden deine Erträge stehen",
  emptyText: "Dividenden und Zinsen aus deinen Buchungen, nach Monat, Wertpapier und Konto.",
};
