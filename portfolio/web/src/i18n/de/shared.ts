import type { Words } from "..";
import { plural } from "../plural";

export const shared: Words["shared"] = {
  title: "Mit mir geteilt",
  lead: "Ideen und Depotwerte deiner Freunde, wie sie gerade sind.",
  person: "Person",
  everybody: "Alle",
  symbol: "Kürzel",
  onlyNews: (n) => `Neu (${n})`,
  ideas: "Ideen",
  holdings: "Depotwerte",
  news: (n) => plural(n, "neue Änderung", "neue Änderungen"),
  updated: "geändert",
  missing: (n) => `${plural(n, "Änderung", "Änderungen")} noch unterwegs`,
  weight: "Gewicht",
  return: "Rendite",
  price: "Kurs",
  value: "Wert",
  owner: "Von",
  since: "Im Depot seit",
  empty: {
    title: "Noch ist nichts mit dir geteilt",
    text: "Wenn ein Freund eine Idee oder einen Depotwert teilt, erscheint es hier von selbst, mit Stopp und Zielen, und folgt jeder Änderung.",
    action: "Freund einladen",
  },
  filtered: { title: "Nichts dergleichen", text: "Keine geteilte Idee und kein Depotwert passt zu deiner Auswahl.", action: "Alles zeigen" },
};
