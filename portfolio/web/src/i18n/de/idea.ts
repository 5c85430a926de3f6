import type { Words } from "..";

export const idea: Words["idea"] = {
  title: "Idee",
};
