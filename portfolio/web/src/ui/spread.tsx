/** What sums of money are made of, over one kind of group at a time: Allocation, Income, Gains. */

import { SegmentedControl } from "@mantine/core";
import type { ReactNode } from "react";
import { Bars, type BarRow } from "./bars";
import { Card } from "./page";
import classes from "./spread.module.css";

interface SpreadProps<B extends string> {
  /** The sums of all, above. */
  readonly sums: ReactNode;
  /** What the choice of groups is called. */
  readonly label: string;
  readonly by: B;
  readonly groups: readonly { readonly value: B; readonly label: string }[];
  readonly onBy: (by: B) => void;
  /** What the bars are called. */
  readonly title: string;
  readonly rows: readonly BarRow[];
  readonly children?: ReactNode;
}

export function Spread<B extends string>({ sums, label, by, groups, onBy, title, rows, children }: SpreadProps<B>) {
  return (
    <div className={classes.page}>
      {sums}
      <SegmentedControl aria-label={label} value={by} onChange={onBy} data={[...groups]} className={classes.by ?? ""} />
      <Card>
        <Bars label={title} rows={rows} />
      </Card>
      {children}
    </div>
  );
}
