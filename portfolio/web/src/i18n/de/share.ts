import type { Words } from "..";

export const share: Words["share"] = {
  title: (symbol) => `${symbol} teilen`,
  who: "Mit wem",
  findFriend: "Freund suchen",
  nobody: "Kein Freund dieses Namens",
  everybody: "Alle deine Freunde haben sie schon.",
  mayDo: "Was sie dürfen",
  roles: {
    viewer: "Liest den Plan und verfolgt ihn live",
    commenter: "Liest mit und redet mit",
    editor: "Ändert Marken und Begründung; jede Änderung trägt die eigene Unterschrift",
  },
  amounts: "Beträge zeigen",
  amountsHint: "Größe, Konto und was in Geld auf dem Spiel steht",
  detail: "Wie viel man sieht",
  details: { percent: "Nur Prozent und R", quantities: "Auch Stückzahlen, kein Geld" },
  until: "Bis",
  endsAt: (when) => `bis ${when}`,
  untilHint: "Endet am Ende dieses Tages von selbst; leer: bis du es zurücknimmst",
  amountsShort: "Beträge",
  amountsOf: (name) => `${name} sieht Beträge`,
  roleOf: (name) => `Was ${name} darf`,
  pickSomebody: "Wähle einen Freund",
  shareWith: (names) => `Mit ${names} teilen`,
  shared: (names) => `Mit ${names} geteilt.`,
  honest:
    "Es geht direkt von deinem Planer zum anderen, mit deiner Unterschrift. Du kannst es jederzeit zurücknehmen, aber wer etwas gesehen hat, kann es behalten.",
  preview: (name) => `Das sieht ${name}`,
  points: {
    viewer: ["Marken, Chart, Begründung und Stand, live"],
    commenter: ["Marken, Chart, Begründung und Stand, live", "kann kommentieren und antworten"],
    editor: ["Marken, Chart, Begründung und Stand, live", "kann kommentieren, antworten und den Plan ändern"],
  },
  withAmounts: "deine Größe und was in Geld auf dem Spiel steht",
  withoutAmounts: "keine Größe, keine Summen: nur Kurse, Prozente und R",
  weight: "Anteil",
  members: "Wer sie hat",
  takeBack: "Zurücknehmen",
  revoke: {
    title: (name) => `${name} die Freigabe nehmen?`,
    text: (name) =>
      `${name} bekommt nichts Neues mehr, und der andere Planer löscht seine Kopie und bestätigt es. Was ${name} gesehen oder anderswo notiert hat, lässt sich nicht ungesehen machen.`,
    action: "Zurücknehmen",
  },
  revoked: (name) => `Von ${name} zurückgenommen. Der andere Planer soll seine Kopie löschen.`,
  sample: "Beispieldaten verlassen deinen Planer nie. Dupliziere die Idee, um sie als deine zu teilen.",
  noFriends: {
    title: "Noch niemand zum Teilen",
    text: "Lade zuerst einen Freund ein. Sobald er annimmt, ist diese Idee zwei Klicks von ihm entfernt.",
  },
};
