export const login = {
  title: "Your trading notebook",
  intro: "This planner belongs to one person. Open it with a login link from the machine it runs on:",
  command: "portfolio login",
  paste: "Login link or code",
  pasteHint: "Each link works once, for 10 minutes.",
  enter: "Log in",
  entering: "Logging you in…",
};
