import type { Words } from "..";

export const asset: Words["asset"] = {
  title: "Wertpapier",
};
