import type { Words } from "..";

export const transactions: Words["transactions"] = {
  title: "Buchungen",
};
