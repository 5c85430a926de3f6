import { useSpoken } from "../../i18n";
import { sign } from "../../lib/decimal";
import { formatNumber } from "../../lib/money";
import classes from "./record.module.css";

const TONES = { 1: classes.up, [-1]: classes.down, 0: "" } as const;

/** A multiple of the planned risk: "+1.8 R"; sign and colour say the same. */
export function R({ value }: { value: string | null }) {
  const { words, locale } = useSpoken();
  if (value === null) {
    return (
      <span>
        <span aria-hidden>–</span>
        <span className="sr-only">{words.common.noValue}</span>
      </span>
    );
  }
  return (
    <span className={`${classes.r} ${TONES[sign(value)]}`}>
      {formatNumber(value, locale, { signs: "always", min: 1, max: 2 })} R
    </span>
  );
}
