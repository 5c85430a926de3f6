import type { Words } from "..";

export const holdings: Words["holdings"] = {
  title: "Depot",
};
