/**
 * Decimal strings as people read them. `Intl` takes a decimal *string* exactly (ECMA-402 2023), so
 * no figure passes through a float, whatever its size.
 */

import { isDecimal, shift } from "./decimal";

export interface NumberForm {
  /** Digits after the point, at least and at most. */
  readonly min?: number;
  readonly max?: number;
  /** `always` writes + too; zero never has a sign then. */
  readonly signs?: "auto" | "always" | "never";
  /** 1.2M instead of 1,200,000. */
  readonly compact?: boolean;
}

const SIGN_DISPLAY = { auto: "negative", always: "exceptZero", never: "never" } as const;
const formatters = new Map<string, Intl.NumberFormat>();

function formatter(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  let found = formatters.get(key);
  if (found === undefined) {
    found = new Intl.NumberFormat(locale, options);
    formatters.set(key, found);
  }
  return found;
}

function digits(form: NumberForm, min: number, max: number): Intl.NumberFormatOptions {
  const least = form.min ?? min;
  return {
    minimumFractionDigits: least,
    maximumFractionDigits: Math.max(least, form.max ?? max),
    signDisplay: SIGN_DISPLAY[form.signs ?? "auto"],
    roundingMode: "halfExpand",
    ...(form.compact === true ? { notation: "compact", minimumFractionDigits: 0, maximumFractionDigits: 1 } : {}),
  };
}

/** Minus signs are as wide as plus signs and digits, so that columns stay straight. */
function exact(format: Intl.NumberFormat, text: string): string {
  return format.format(text as Intl.StringNumericLiteral).replace("-", "−");
}

/** A plain number; 2 to 8 digits after the point unless told otherwise. */
export function formatNumber(text: string, locale: string, form: NumberForm = {}): string {
  return exact(formatter(locale, digits(form, 0, 8)), text);
}

/** A price: at least 2 digits, all that were entered up to 6. */
export function formatPrice(text: string, locale: string, form: NumberForm = {}): string {
  return exact(formatter(locale, digits(form, 2, 6)), text);
}

/** A sum of money, with the currency where the locale puts it. */
export function formatMoney(text: string, currency: string, locale: string, form: NumberForm = {}): string {
  try {
    const style = { style: "currency", currency, currencyDisplay: "narrowSymbol" } as const;
    const usual = formatter(locale, style).resolvedOptions().maximumFractionDigits ?? 2;
    return exact(formatter(locale, { ...style, ...digits(form, usual, usual) }), text);
  } catch {
    return `${formatNumber(text, locale, { min: 2, max: 2, ...form })} ${currency}`; // no ISO 4217 code
  }
}

/** A percentage given in percent: "12.5" is 12.5 %. */
export function formatPercent(text: string, locale: string, form: NumberForm = {}): string {
  return exact(formatter(locale, { style: "percent", ...digits(form, 2, 2) }), shift(text, -2));
}

/** What stands in place of an amount while amounts are hidden; as long for a cent as for a million. */
export const HIDDEN = "••••";

/**
 * Reads what a person typed into a decimal string; null when it is none.
 *
 * The last of `.` and `,` is the decimal mark, unless the locale groups thousands with it and
 * exactly three digits follow.
 */
export function readNumber(typed: string, locale: string): string | null {
  if (!/\d/.test(typed)) {
    return null;
  }
  const bare = typed.trim().replace(/[\s'’\u00a0\u202f]/g, "").replace("−", "-").replace(/^\+/, "");
  const decimalMark = formatter(locale, {}).formatToParts(1.5).find((part) => part.type === "decimal")?.value ?? ".";
  const groupMark = decimalMark === "," ? "." : ",";
  const last = Math.max(bare.lastIndexOf("."), bare.lastIndexOf(","));
  let plain = bare;
  if (last >= 0) {
    const mark = bare.charAt(last);
    const both = bare.includes(".") && bare.includes(",");
    const repeated = bare.indexOf(mark) !== last;
    const groups = repeated || (!both && mark === groupMark && /^-?[1-9]\d{0,2}[.,]\d{3}$/.test(bare));
    plain = groups ? bare.replace(/[.,]/g, "") : `${bare.slice(0, last).replace(/[.,]/g, "")}.${bare.slice(last + 1)}`;
  }
  plain = plain.replace(/^(-?)\./, "$10.").replace(/\.$/, "").replace(/^(-?)0+(?=\d)/, "$1");
  return isDecimal(plain) ? plain : null;
}
