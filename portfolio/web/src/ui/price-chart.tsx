/**
 * A chart of prices, loaded when it is first needed. Who cannot see it gets its figures as a table;
 * nothing moves when the drawing arrives.
 */

import { Skeleton } from "@mantine/core";
import { Suspense, lazy, useMemo } from "react";
import { ChartFigures } from "./chart-figures";
import classes from "./chart/chart.module.css";
import type { ChartProps } from "./chart/types";

export type { Bar, ChartProps, PriceLine, Sign } from "./chart/types";

const Chart = lazy(() => import("./chart/chart"));

export function PriceChart(props: ChartProps) {
  const { label, height = 320, bars } = props;
  const closes = useMemo(() => bars.map(({ date, close }) => ({ date, value: close })), [bars]);
  return (
    <figure className={classes.figure} aria-label={label}>
      <div style={{ height, position: "relative" }}>
        <Suspense fallback={<Skeleton height={height} radius="md" />}>
          <Chart {...props} />
        </Suspense>
      </div>
      <ChartFigures label={label} points={closes} />
    </figure>
  );
}
