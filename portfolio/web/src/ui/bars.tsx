import type { ReactNode } from "react";
import { approximate } from "../lib/decimal";
import classes from "./bars.module.css";

export interface BarRow {
  readonly id: string;
  readonly label: ReactNode;
  /** Decimal text; the longest bar is the largest of them. */
  readonly size: string;
  readonly value: ReactNode;
  readonly more?: ReactNode;
}

/** Figures with their names, each with a bar behind it; the bar is for the eye alone. */
export function Bars({ rows, label }: { rows: readonly BarRow[]; label: string }) {
  const largest = Math.max(...rows.map((row) => Math.abs(approximate(row.size))), 0);
  return (
    <ul className={classes.bars} aria-label={label}>
      {rows.map(({ id, label: name, size, value, more }) => (
        <li key={id} className={classes.row}>
          <div className={classes.head}>
            <span className={classes.name}>{name}</span>
            <span className={classes.value}>{value}</span>
          </div>
          <span className={classes.track} aria-hidden>
            <span
              className={classes.fill}
              style={{ width: `${largest === 0 ? 0 : (Math.abs(approximate(size)) / largest) * 100}%` }}
            />
          </span>
          {more !== undefined && <div className={classes.more}>{more}</div>}
        </li>
      ))}
    </ul>
  );
}
