/**
 * Exact arithmetic on decimal strings, as the API sends and takes them ("-12.50").
 *
 * Money never becomes a float here: a value is a BigInt count of units at a scale. Only `approximate`
 * leaves that world, for pixels.
 */

interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

const FORM = /^-?\d+(\.\d+)?$/;

export function isDecimal(text: string): boolean {
  return FORM.test(text);
}

function read(text: string): Decimal {
  if (!FORM.test(text)) {
    throw new RangeError("not a decimal");
  }
  const [whole = "0", fraction = ""] = text.split(".");
  return { units: BigInt(whole + fraction), scale: fraction.length };
}

function write({ units, scale }: Decimal): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  const text = scale === 0 ? whole : `${whole}.${digits.slice(-scale)}`;
  return units < 0n ? `-${text}` : text;
}

function at(value: Decimal, scale: number): bigint {
  return value.units * 10n ** BigInt(scale - value.scale);
}

function aligned(a: string, b: string): [bigint, bigint, number] {
  const [left, right] = [read(a), read(b)];
  const scale = Math.max(left.scale, right.scale);
  return [at(left, scale), at(right, scale), scale];
}

/** -1, 0 or 1. */
export function sign(text: string): -1 | 0 | 1 {
  const { units } = read(text);
  return units === 0n ? 0 : units < 0n ? -1 : 1;
}

/** Negative when a < b, 0 when they are the same number ("1.0" and "1"). */
export function compare(a: string, b: string): -1 | 0 | 1 {
  const [left, right] = aligned(a, b);
  return left === right ? 0 : left < right ? -1 : 1;
}

export function add(a: string, b: string): string {
  const [left, right, scale] = aligned(a, b);
  return write({ units: left + right, scale });
}

export function subtract(a: string, b: string): string {
  const [left, right, scale] = aligned(a, b);
  return write({ units: left - right, scale });
}

export function multiply(a: string, b: string): string {
  const [left, right] = [read(a), read(b)];
  return write({ units: left.units * right.units, scale: left.scale + right.scale });
}

/** a / b, rounded half away from zero to `places`; null when b is zero. */
export function divide(a: string, b: string, places: number): string | null {
  const [left, right] = aligned(a, b);
  if (right === 0n) {
    return null;
  }
  const scaled = left * 10n ** BigInt(places);
  return write({ units: roundedQuotient(scaled, right), scale: places });
}

/** The value rounded half away from zero to `places`. */
export function round(text: string, places: number): string {
  const value = read(text);
  if (value.scale <= places) {
    return text;
  }
  const units = roundedQuotient(value.units, 10n ** BigInt(value.scale - places));
  return write({ units, scale: places });
}

export function absolute(text: string): string {
  return text.startsWith("-") ? text.slice(1) : text;
}

/** Moves the decimal point: `shift("12.5", -2)` is "0.125". */
export function shift(text: string, places: number): string {
  const { units, scale } = read(text);
  const moved = scale - places;
  return moved >= 0 ? write({ units, scale: moved }) : write({ units: units * 10n ** BigInt(-moved), scale: 0 });
}

/** Without zeros at the end of the fraction: "12.500" is "12.5". */
export function tidy(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** How many digits stand after the point. */
export function places(text: string): number {
  return read(text).scale;
}

/** For pixels only: the nearest float. Never compute money with it. */
export function approximate(text: string): number {
  return Number(text);
}

function roundedQuotient(a: bigint, b: bigint): bigint {
  const negative = a < 0n !== b < 0n;
  const [top, bottom] = [a < 0n ? -a : a, b < 0n ? -b : b];
  const quotient = (2n * top + bottom) / (2n * bottom);
  return negative ? -quotient : quotient;
}
