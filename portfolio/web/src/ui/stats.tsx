import type { ReactNode } from "react";
import classes from "./stats.module.css";

export interface Stat {
  readonly label: string;
  readonly value: ReactNode;
  /** A quieter second line. */
  readonly more?: ReactNode;
}

/** A row of figures with their names. */
export function Stats({ items }: { items: readonly Stat[] }) {
  return (
    <dl className={classes.stats}>
      {items.map(({ label, value, more }) => (
        <div key={label} className={classes.stat}>
          <dt>{label}</dt>
          <dd>
            {value}
            {more !== undefined && <div className={classes.more}>{more}</div>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
