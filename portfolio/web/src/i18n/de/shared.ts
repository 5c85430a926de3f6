import type { Words } from "..";

export const shared: Words["shared"] = {
  title: "Mit mir geteilt",
};
