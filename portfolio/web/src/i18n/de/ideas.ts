import type { Words } from "..";

export const ideas: Words["ideas"] = {
  title: "Ideen",
};
