import type { Words } from "..";

export const explain: Words["explain"] = {
  title: "Wie diese Zahl zustande kam",
  how: "Wie ist das berechnet?",
  steps: "Schritte",
  inputs: "Was einging",
  name: "Name",
  formula: "Formel",
  value: "Wert",
  day: "Tag",
  source: "Quelle",
  more: (n) => `und ${n} weitere; alle stehen in der Antwort der API.`,
};
