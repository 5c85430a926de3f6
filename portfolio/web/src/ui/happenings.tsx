/** A list of what happened, in days; the feed and the inbox are two of them. */

import type { ReactNode } from "react";
import type { Happening } from "../api/types";
import { byDay } from "../lib/happenings";
import { useDayName } from "../lib/day-name";
import classes from "./happenings.module.css";
import { Card } from "./page";

interface Props<T> {
  readonly items: readonly T[];
  readonly row: (item: T) => ReactNode;
  /** Stands above an item, if anything does. */
  readonly above?: (item: T) => ReactNode;
}

export function Happenings<T extends Happening>({ items, row, above }: Props<T>) {
  const nameOf = useDayName();
  return (
    <div className={classes.days}>
      {byDay(items).map(({ day, items: ofDay }) => (
        <section key={day} aria-labelledby={`day-${day}`}>
          <h2 className={classes.day} id={`day-${day}`}>
            {nameOf(day)}
          </h2>
          <Card bare>
            <ul className={classes.list}>
              {ofDay.map((item) => (
                <li key={item.id}>
                  {above?.(item)}
                  {row(item)}
                </li>
              ))}
            </ul>
          </Card>
        </section>
      ))}
    </div>
  );
}
