import type { Words } from "..";

export const welcome: Words["welcome"] = {
  title: "Willkommen",
};
