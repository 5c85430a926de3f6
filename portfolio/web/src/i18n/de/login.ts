import type { Words } from "..";

export const login: Words["login"] = {
  title: "Dein Handelsnotizbuch",
  intro: "Dieser Planer gehört einer Person. Öffne ihn mit einem Anmelde-Link von dem Rechner, auf dem er läuft:",
  command: "portfolio login",
  paste: "Anmelde-Link oder Code",
  pasteHint: "Jeder Link gilt einmal und 10 Minuten lang.",
  enter: "Anmelden",
  entering: "Du wirst angemeldet…",
};
