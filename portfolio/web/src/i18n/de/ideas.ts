import type { Words } from "..";
import { plural } from "../plural";

export const ideas: Words["ideas"] = {
  title: "Ideen",
  lead: "Geplante Trades, vom ersten Gedanken bis zum Ergebnis. Privat, bis du sie teilst.",
  sample: "Beispiel",
  fresh: "Etwas Neues",
  toEntry: "zum Einstieg",
  toEntryHint: "Wie weit der letzte Kurs vom Einstieg entfernt ist",
  view: "Ansicht",
  board: "Tafel",
  table: "Tabelle",
  list: "Liste",
  switchView: "Tafel oder Tabelle",
  filter: "Ideen filtern",
  find: "Kürzel oder Wort",
  anyState: "Jeder Stand",
  anyone: "Von allen",
  mine: "Meine",
  count: (n) => plural(n, "Idee", "Ideen"),
  columns: {
    symbol: "Kürzel",
    state: "Stand",
    ladder: "Stopp, Einstieg, Ziele",
    rr: "Chance/Risiko",
    distance: "Zum Einstieg",
    size: "Größe",
    age: "Alter",
    owner: "Besitzer",
    shared: "Geteilt mit",
  },
  nothingFound: "Keine Idee passt",
  nothingFoundText: "Versuch andere Buchstaben oder sieh dir alle an.",
  showAll: "Alle Ideen zeigen",
  saveDraft: "Als Entwurf speichern",
  sizeHint: "Niemand sieht sie, außer du teilst Beträge",
  columnEmpty: {
    draft: "Ein halber Gedanke genügt zum Anfangen",
    watching: "Einen Blick wert, noch kein Trade",
    ready: "Einstieg und Stopp stehen fest",
    open: "Jetzt ist es eine Position",
    closed: "Erledigt, gehandelt oder nicht",
  },
  moreCards: (n) => `${n} weitere zeigen`,
  movedTo: (symbol, state) => `${symbol} ist jetzt: ${state}`,
  lift: (symbol) => `${symbol} verschieben`,
  boardHint: "Pfeiltasten gehen von Karte zu Karte. Die Leertaste auf dem Griff hebt eine Karte an.",
  speech: {
    how: "Leertaste hebt die Karte an, links und rechts tragen sie, Leertaste legt sie ab, Escape bringt sie zurück.",
    lifted: (symbol) => `${symbol} angehoben`,
    over: (symbol, column) => `${symbol} über ${column}`,
    nowhere: (symbol) => `${symbol} über keiner Spalte`,
    dropped: (symbol, column) => `${symbol} abgelegt auf ${column}`,
    back: (symbol) => `${symbol} ist wieder am alten Platz`,
  },
  empty: {
    title: "Schreib deine erste Idee auf",
    text: "Was du kaufen oder verkaufen würdest, wo du falsch lägst und wo du fertig wärst: Eine Linie sagt alles.",
    action: "Neue Idee",
    templates: "Oder beginne mit einem Plan, in dem die Fragen schon stehen",
  },
  templates: {
    breakout: {
      name: "Ausbruch",
      text: "Stärke über einem alten Hoch kaufen, raus, wenn sie zurückfällt",
      thesis:
        "**Woraus es ausbricht:** wie lange, wie breit, wie oft wurde die Kante geprüft?\n\n- Einstieg knapp über der Kante\n- Stopp zurück in der Spanne, denn ein Ausbruch, der zurückfällt, war keiner\n- Ziel: die Höhe der Spanne, einmal dazu\n\n*Falsch, wenn* es wieder darin schließt.",
    },
    dividend: {
      name: "Dividende",
      text: "Ertrag für Jahre besitzen, gekauft zu einer guten Rendite",
      thesis:
        "**Was sie zahlt:** Rendite heute, Wachstum der letzten zehn Jahre, Anteil am Gewinn.\n\n- kaufen ab einer Rendite von … %, nicht früher\n- wird die Dividende verdient, Jahr für Jahr?\n- verkaufen, wenn sie gekürzt wird oder der Kurs weit vorausgelaufen ist\n\n*Falsch, wenn* die Schulden schneller wachsen als der Gewinn.",
    },
    coveredCall: {
      name: "Gedeckter Call",
      text: "Die Aktie besitzen, den Teil nach oben verkaufen, den du nicht brauchst",
      thesis:
        "**Was ich besitze und wofür ich es hergäbe:** Stückzahl, Basispreis, Verfall, Prämie.\n\n- Einstieg: was mich die Aktien kosten\n- Ziel: Basispreis plus Prämie, da gebe ich sie gern her\n- Stopp: der Kurs, unter dem ich die Aktien nicht mehr will\n\n*Falsch, wenn* ich den Verkauf zum Basispreis bereuen würde.",
    },
  },
};
