import type { Words } from "..";
import { plural } from "../plural";

export const changes: Words["changes"] = {
  title: "Letzte Änderungen",
  lead: "Die letzten 50 Dinge, die du geschrieben hast. Jedes lässt sich zurücknehmen, bis etwas darauf folgte.",
  seeAll: "Alle zeigen",
  list: "Was du geschrieben hast",
  undo: "Rückgängig",
  undoOf: (what) => `Rückgängig: ${what}`,
  done: "Zurückgenommen",
  undone: "Zurückgenommen.",
  undoneOf: (names) => `Zurückgenommen. ${names} hatte es schon und weiß davon.`,
  had: (names) => `Angekommen bei ${names}: Sie haben es gesehen und würden sehen, dass es zurückgenommen ist.`,
  confirm: {
    title: "Zurücknehmen?",
    text: (names) => `${names} hat es schon. Der andere Planer folgt, aber gesehen ist gesehen.`,
    action: "Zurücknehmen",
  },
  emptyTitle: "Noch nichts geschrieben",
  emptyText: "Was du hinzufügst, änderst oder löschst, steht hier, jedes mit einem Weg zurück.",
  actions: {
    "account.opened": (what) => `Konto ${what} eröffnet`,
    "account.changed": (what) => `Konto ${what} geändert`,
    "account.closed": (what) => `Konto ${what} geschlossen`,
    "instrument.added": (what) => `${what} als Wertpapier aufgeschrieben`,
    "instrument.changed": (what) => `Wertpapier ${what} geändert`,
    "idea.created": (what) => `Idee ${what} geschrieben`,
    "idea.changed": (what) => `Idee ${what} geändert`,
    "idea.deleted": (what) => `Idee ${what} gelöscht`,
    "comment.added": () => "Kommentar geschrieben",
    "comment.edited": () => "Kommentar geändert",
    "comment.deleted": () => "Kommentar gelöscht",
    "transactions.added": (_, n) => `${plural(n, "Buchung", "Buchungen")} hinzugefügt`,
    "transactions.changed": (_, n) => `${plural(n, "Buchung", "Buchungen")} geändert`,
    "transactions.removed": (_, n) => `${plural(n, "Buchung", "Buchungen")} gelöscht`,
    "settings.changed": () => "Einstellungen geändert",
  },
};
