import type { Words } from "..";

export const friends: Words["friends"] = {
  title: "Freunde",
};
