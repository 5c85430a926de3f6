import type { Words } from "..";

export const details: Words["details"] = {
  title: "Details",
};
