import type { Words } from "..";

export const feed: Words["feed"] = {
  title: "Neues",
};
