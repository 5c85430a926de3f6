/**
 * Figures. `Amount` is the only place that shows how much somebody has, so hiding amounts happens
 * here and nowhere else. Prices and percentages are no secret and stay readable.
 */

import { useSpoken } from "../i18n";
import { useHiddenAmounts } from "../lib/amounts";
import { sign } from "../lib/decimal";
import { HIDDEN, formatMoney, formatNumber, formatPercent, formatPrice, type NumberForm } from "../lib/money";
import classes from "./figures.module.css";

type Value = string | null | undefined;

function Nothing() {
  const { words } = useSpoken();
  return (
    <span className={classes.flat}>
      <span aria-hidden>–</span>
      <span className="sr-only">{words.common.noValue}</span>
    </span>
  );
}

function Hidden() {
  const { words } = useSpoken();
  return (
    <span className={`${classes.figure} ${classes.hidden}`}>
      <span aria-hidden>{HIDDEN}</span>
      <span className="sr-only">{words.common.hiddenAmount}</span>
    </span>
  );
}

/** A sum of money, or without `currency` a quantity; four dots while amounts are hidden. */
export function Amount({ value, currency, form }: { value: Value; currency?: string; form?: NumberForm }) {
  const { locale } = useSpoken();
  const { hidden } = useHiddenAmounts();
  if (value == null) {
    return <Nothing />;
  }
  if (hidden) {
    return <Hidden />;
  }
  const text = currency === undefined ? formatNumber(value, locale, form) : formatMoney(value, currency, locale, form);
  return <span className={classes.figure}>{text}</span>;
}

/** A price; with its currency where the place does not say which one it is. */
export function Price({ value, currency, form }: { value: Value; currency?: string; form?: NumberForm }) {
  const { locale } = useSpoken();
  if (value == null) {
    return <Nothing />;
  }
  const text =
    currency === undefined
      ? formatPrice(value, locale, form)
      : formatMoney(value, currency, locale, { min: 2, max: 6, ...form });
  return <span className={classes.figure}>{text}</span>;
}

export function Percent({ value, form }: { value: Value; form?: NumberForm }) {
  const { locale } = useSpoken();
  return value == null ? <Nothing /> : <span className={classes.figure}>{formatPercent(value, locale, form)}</span>;
}

const ARROWS = { 1: "M5 1.5 9.2 8.5H.8z", [-1]: "M5 8.5.8 1.5h8.4z", 0: "M5 3.2a1.8 1.8 0 1 0 .01 0z" } as const;
const TONES = { 1: classes.up, [-1]: classes.down, 0: classes.flat } as const;

interface GainProps {
  readonly value: Value;
  readonly currency?: string;
  /** The same gain as a percentage, in brackets behind it. */
  readonly percent?: Value;
  readonly form?: NumberForm;
}

/**
 * A gain or loss: arrow, sign and colour. With `currency` it is money (and can be hidden; the
 * arrow stays), else a percentage.
 */
export function Gain({ value, currency, percent, form }: GainProps) {
  const { words } = useSpoken();
  if (value == null) {
    return <Nothing />;
  }
  const way = sign(value);
  const signed: NumberForm = { signs: "always", ...form };
  const said = { 1: words.common.gain, [-1]: words.common.loss, 0: words.common.unchanged }[way];
  return (
    <span className={`${classes.gain} ${TONES[way] ?? ""}`}>
      <svg className={classes.arrow} viewBox="0 0 10 10" aria-hidden>
        <path d={ARROWS[way]} fill="currentColor" />
      </svg>
      <span className="sr-only">{said} </span>
      {currency === undefined ? (
        <Percent value={value} form={signed} />
      ) : (
        <Amount value={value} currency={currency} form={signed} />
      )}
      {percent != null && (
        <span>
          (<Percent value={percent} form={{ signs: "always" }} />)
        </span>
      )}
    </span>
  );
}
