import type { Words } from "..";

export const inbox: Words["inbox"] = {
  title: "Eingang",
};
