import type { Words } from "..";

export const share: Words["share"] = {
  title: "Teilen",
};
