import type { Words } from "..";
import { inGerman } from "./refusals";

export const problems: Words["problems"] = {
  heading: "Das hat nicht geklappt",
  rolledBack: "Deine Änderung wurde zurückgenommen.",
  unknown: { title: "Etwas ging schief", next: "Versuch es noch einmal. Wenn es bleibt, steht mehr im Protokoll des Planers." },
  network: { title: "Dein Planer antwortet nicht", next: "Läuft er? Die Seite macht von selbst weiter, sobald er da ist." },
  render: { title: "Diese Ansicht ist gestolpert", next: "Nichts ist verloren. Versuch es noch einmal oder geh zur Übersicht." },
  check: "Bitte prüfe das",
  said: inGerman,
  types: {
    malformed: { title: "Der Planer konnte das nicht lesen", next: "Lade die Seite neu; sie ist vielleicht älter als der Planer." },
    "bad-query": { title: "Der Planer konnte das nicht lesen", next: "Lade die Seite neu; sie ist vielleicht älter als der Planer." },
    "login-required": { title: "Du bist abgemeldet", next: "Öffne einen frischen Anmelde-Link." },
    "bad-code": {
      title: "Dieser Anmelde-Link gilt nicht mehr",
      next: "Jeder Link gilt einmal und 10 Minuten lang. Einen frischen macht: portfolio login",
    },
    "foreign-host": { title: "Dein Planer kennt diese Adresse nicht", next: "Nenne sie ihm mit --allowed-host." },
    "foreign-origin": { title: "Dein Planer kennt diese Adresse nicht", next: "Öffne die Seite unter der Adresse des Planers." },
    csrf: { title: "Der Planer hat die Änderung abgelehnt", next: "Lade die Seite neu und versuch es noch einmal." },
    forbidden: { title: "Deine Rolle erlaubt das nicht", next: "Bitte den Besitzer um mehr, oder übernimm es als eigenes." },
    "not-found": { title: "Das ist nicht hier", next: "Es wurde gelöscht oder ist nicht mehr mit dir geteilt." },
    "method-not-allowed": { title: "Das kann der Planer nicht", next: "Lade die Seite neu; sie ist vielleicht älter als der Planer." },
    conflict: { title: "Das geht gerade nicht", next: "Sieh nach, was jetzt da ist, und versuch es noch einmal." },
    "friend-away": { title: "Der Planer deines Freundes antwortet nicht", next: "Versuch es noch einmal, wenn er online ist." },
    gone: { title: "Das ist verbraucht oder zurückgenommen", next: "Bitte um ein neues." },
    "changed-meanwhile": { title: "Jemand war schneller", next: "Sieh dir den neuen Stand an und ändere ihn dann." },
    "too-large": { title: "Das ist zu groß", next: "Kürze es: 1 MB ist die Grenze." },
    "media-type": { title: "Der Planer konnte das nicht lesen", next: "Lade die Seite neu; sie ist vielleicht älter als der Planer." },
    invalid: { title: "Etwas fehlt oder hat nicht die richtige Form", next: "Korrigiere die markierten Felder." },
    rule: { title: "Das verletzt eine Regel", next: "Korrigiere es und versuch es noch einmal." },
    "key-reused": { title: "Das wurde schon gesendet", next: "Lade die Seite neu und versuch es noch einmal." },
    "too-many": { title: "Das war etwas viel auf einmal", next: "Warte einen Moment und versuch es noch einmal." },
    internal: { title: "Ein Fehler des Planers", next: "Er steht im Protokoll. Geändert wurde nichts." },
    unavailable: { title: "Dein Planer startet oder stoppt gerade", next: "Gleich geht es weiter." },
  },
};
