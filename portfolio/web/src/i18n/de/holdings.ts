import type { Words } from "..";
import { plural } from "../plural";

export const holdings: Words["holdings"] = {
  title: "Depot",
  lead: "Was dir gehört, abgeleitet aus deinen Buchungen.",
  own: "Mein Depot",
  sample: "Beispieldepot",
  instrument: "Wertpapier",
  quantity: "Stückzahl",
  price: "Kurs",
  value: "Wert",
  today: "Letzter Tag",
  gain: "Gewinn",
  income: "Erträge",
  weight: "Anteil",
  cost: "Einstand",
  count: (n) => plural(n, "Position", "Positionen"),
  old: (days) => `Kurs ist ${plural(days, "Tag", "Tage")} alt`,
  noPrice: "noch kein Kurs",
  weightOf: (percent) => `${percent} von allem`,
  emptyTitle: "Hier wird dein Depot stehen",
  emptyText: "Trag ein, was du gekauft hast: Wert, Gewinn und Erträge folgen daraus. Oder sieh dich erst mit Beispieldaten um.",
  addFirst: "Buchung hinzufügen",
  loadSample: "Beispieldaten ansehen",
  sampleLoaded: "Die Beispieldaten sind da",
};
