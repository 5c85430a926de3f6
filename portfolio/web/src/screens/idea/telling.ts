/** Changes as sentences: "Bob moved the stop from 196.50 to 194.00". */

import type { Words } from "../../i18n";
import { isDecimal } from "../../lib/decimal";
import { formatNumber, formatPrice } from "../../lib/money";
import type { Move } from "./moves";
import type { Value } from "./revise";

const PRICES = new Set(["entry", "stop", "targets"]);
const LONG = 60;

/** A value as text; prices as prices, states and sides by their names. */
export function valueText(field: string, value: Value, words: Words, locale: string): string {
  if (Array.isArray(value)) {
    return value.length === 0 ? words.idea.nothing : value.map((each: string) => formatPrice(each, locale)).join(" · ");
  }
  const text = value as string | null | undefined;
  if (text == null || text === "") {
    return words.idea.nothing;
  }
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
