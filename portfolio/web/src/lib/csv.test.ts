import { expect, it } from "vitest";
import { csvOf } from "./csv";

it("quotes what has commas, quotes or line ends, and keeps numbers as they are", () => {
  expect(csvOf([["a,b", 'say "x"', "1\n2", "-1.50", 3, null]])).toBe('"a,b","say ""x""","1\n2",-1.50,3,\r\n');
});

it.each(["=1+1", "+cmd", "-x", "@SUM(A1)"])("marks %s as text", (text) => {
  expect(csvOf([[text]])).toBe(`'${text}\r\n`);
});
