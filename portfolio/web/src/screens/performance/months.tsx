import type { Performance } from "../../api/types";
import { useSpoken } from "../../i18n";
import { sign } from "../../lib/decimal";
import { Percent } from "../../ui/amount";
import { Explained } from "../../ui/explain";
import { Card } from "../../ui/page";
import classes from "./performance.module.css";

const TONES = { 1: classes.up, [-1]: classes.down, 0: "" } as const;

interface MonthsProps {
  readonly years: Performance["years"];
  readonly asked: Readonly<Record<string, string | undefined>>;
}

/** The return of every month, a row for each year; sign and colour say the same. */
export function Months({ years, asked }: MonthsProps) {
  const { words, locale } = useSpoken();
  const names = Array.from({ length: 12 }, (_, month) =>
    new Date(Date.UTC(2001, month, 1)).toLocaleDateString(locale, { month: "short", timeZone: "UTC" }),
  );
  return (
    <Card bare>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls sideways on a phone */}
      <div className={classes.scroll} role="group" aria-label={words.performance.months} tabIndex={0}>
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
                    {value !== null && (
                      <Explained
                        figure="performance.month"
                        asked={{ ...asked, month: `${year}-${String(month + 1).padStart(2, "0")}` }}
                      >
                        <Percent value={value} form={{ signs: "always", min: 1, max: 1 }} />
                      </Explained>
                    )}
                  </td>
                ))}
                <td className={TONES[sign(percent)]}>
                  <strong>
                    <Explained figure="performance.year" asked={{ ...asked, year: String(year) }}>
                      <Percent value={percent} form={{ signs: "always", min: 1, max: 1 }} />
                    </Explained>
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
