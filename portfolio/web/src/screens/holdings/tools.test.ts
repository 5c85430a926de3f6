import { expect, it } from "vitest";
import type { Holding, Instrument } from "../../api/types";
import { narrow } from "./tools";

const rows = [
  { symbol: "IBM", account: "A" },
  { symbol: "IBM", account: "B" },
  { symbol: "MSFT", account: "A" },
] as Holding[];
const instruments = [{ symbol: "IBM", tags: ["core"] }, { symbol: "MSFT", tags: [""] }] as unknown as Instrument[];

it("narrows by account and by a tag of the instrument", () => {
  expect(narrow(rows, { account: null, tag: null }, instruments)).toHaveLength(3);
  expect(narrow(rows, { account: "A", tag: "core" }, instruments)).toEqual([rows[0]]);
  expect(narrow(rows, { account: null, tag: "unknown" }, instruments)).toEqual([]);
});
