/** Changes as sentences: "Bob moved the stop from 196.50 to 194.00". */

import type { Words } from "../../i18n";
import { isDecimal } from "../../lib/decimal";
import { formatNumber, formatPrice } from "../../lib/money";
import type { Move } from "./moves";
import type { Value } from "./revise";

const PRICES = new Set(["entry", "entry_to", "stop", "targets"]);
const LONG = 60;

/** A value as text; prices as prices, states and sides by their names. */
export function valueText(field: string, value: Value, words: Words, locale: string): string {
  if (value == null || value === "" || (Array.isArray(value) && value.length === 0)) {
    return words.idea.nothing;
  }
  if (Array.isArray(value)) {
    return value.map((each: unknown) => valueText(field, each as Value, words, locale)).join(" · ");
  }
  if (typeof value === "object") {
    return partsOf(value).join(" ");
  }
  const text = String(value);
  if (PRICES.has(field) && isDecimal(text)) {
    return formatPrice(text, locale);
  }
  if (field === "size" && isDecimal(text)) {
    return formatNumber(text, locale);
  }
  const { states, long, short } = words.common;
  const named: Readonly<Record<string, string>> = field === "state" ? states : field === "side" ? { long, short } : {};
  const plain = named[text] ?? text.replace(/\s+/g, " ");
  return plain.length > LONG ? `${plain.slice(0, LONG)}…` : plain;
}

/** What stands in an object, such as a rule for the size or the leg of an option. */
function partsOf(value: object): string[] {
  return Object.values(value).filter((part): part is string => typeof part === "string" && part !== "");
}

/** The name of a field inside a sentence: "the stop", "target 2". */
export function fieldPhrase({ field, target }: Pick<Move, "field" | "target">, words: Words): string {
  return target === null ? words.idea.phrases[field] : words.idea.theTarget(target);
}

export function moveText(who: string, move: Move, words: Words, locale: string): string {
  const { field, from, to } = move;
  const what = fieldPhrase(move, words);
  if (field === "thesis") {
    return words.idea.rewrote(who, what);
  }
  const text = (value: Value) => valueText(field, value, words, locale);
  if (to == null || to === "" || (Array.isArray(to) && to.length === 0)) {
    return words.idea.removed(who, what);
  }
  if (from == null || from === "" || (Array.isArray(from) && from.length === 0)) {
    return words.idea.set(who, what, text(to));
  }
  const tell = PRICES.has(field) ? words.idea.moved : words.idea.changed;
  return tell(who, what, text(from), text(to));
}
