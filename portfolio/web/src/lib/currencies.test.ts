import { expect, it } from "vitest";
import { likelyCurrency } from "./currencies";

it.each([
  [["de-CH", "de"], "CHF"],
  [["de"], "EUR"],
  [["en-GB", "en"], "GBP"],
  [["en"], "USD"],
  [["fr-CA"], "CAD"],
  [["tlh"], "USD"],
  [[], "USD"],
])("guesses from %j: %s", (languages, currency) => {
  expect(likelyCurrency(languages)).toBe(currency);
});
