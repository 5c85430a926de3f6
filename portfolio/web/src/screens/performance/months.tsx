import type { Performance } from "../../api/types";
import { useSpoken } from "../../i18n";
import { sign } from "../../lib/decimal";
import { Percent } from "../../ui/amount";
import { Card } from "../../ui/page";
import classes from "./performance.module.css";

const TONES = { 1: classes.up, [-1]: classes.down, 0: "" } as const;

/** The return of every month, a row for each year; sign and colour say the same. */
export function Months({ years }: { years: Performance["years"] }) {
  const { words, locale } = useSpoken();
  const names = Array.from({ length: 12 }, (_, month) =>
    new Date(Date.UTC(2001, month, 1)).toLocaleDateString(locale, { month: "short", timeZone: "UTC" }),
  );
  return (
    <Card bare>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls sideways on a phone */}
      <div className={classes.scroll} role="region" aria-label={words.performance.months} tabIndex={0}>
        <table className={classes.months}>
          <thead>
            <tr>
              <th scope="col">{words.performance.year}</th>
              {names.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
              <th scope="col">{words.performance.whole}</th>
            </tr>
          </thead>
          <tbody>
            {[...years].reverse().map(({ year, months, percent }) => (
              <tr key={year}>
                <th scope="row">{year}</th>
                {months.map((value, month) => (
                  <td key={month} className={value === null ? classes.none : TONES[sign(value)]}>
                    {value !== null && <Percent value={value} form={{ signs: "always", min: 1, max: 1 }} />}
                  </td>
                ))}
                <td className={TONES[sign(percent)]}>
                  <strong>
                    <Percent value={percent} form={{ signs: "always", min: 1, max: 1 }} />
                  </strong>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
