/**
 * A chart of prices or of a value, loaded when it is first needed. Who cannot see it gets its
 * figures as a table; nothing moves when the drawing arrives.
 */

import { Skeleton } from "@mantine/core";
import { Suspense, lazy, memo } from "react";
import { useSpoken } from "../i18n";
import { day } from "../lib/time";
import { Amount, Price } from "./amount";
import classes from "./chart/chart.module.css";
import type { ChartProps } from "./chart/types";

export type { Bar, ChartProps, Point, PriceLine, Sign } from "./chart/types";

const Chart = lazy(() => import("./chart/chart"));
const ROWS_MAX = 40;

export function PriceChart(props: ChartProps) {
  const { label, height = 320, bars, area, secret } = props;
  return (
    <figure className={classes.figure} aria-label={label}>
      <div style={{ height, position: "relative" }}>
        <Suspense fallback={<Skeleton height={height} radius="md" />}>
          <Chart {...props} />
        </Suspense>
      </div>
      <Figures label={label} bars={bars} area={area} secret={secret} />
    </figure>
  );
}

type FiguresProps = Pick<ChartProps, "label"> & { [K in "bars" | "area" | "secret"]: ChartProps[K] | undefined };

/** About forty of the days, evenly spread, the last one among them; lines that move leave it alone. */
const Figures = memo(function Figures({ label, bars, area, secret = false }: FiguresProps) {
  const { locale, words } = useSpoken();
  const all = bars?.map(({ date, close }) => ({ date, value: close })) ?? area ?? [];
  const step = Math.max(1, Math.ceil(all.length / ROWS_MAX));
  const shown = all.filter((_, index) => (all.length - 1 - index) % step === 0);
  return (
    <div className="sr-only">
      <table>
        <caption>{label}</caption>
        <tbody>
          {shown.map(({ date, value }) => (
            <tr key={date}>
              <th scope="row">{day(date, locale)}</th>
              <td>{secret ? <Amount value={value} form={{ min: 2, max: 2 }} /> : <Price value={value} />}</td>
            </tr>
          ))}
          {shown.length === 0 && (
            <tr>
              <td>{words.common.none}</td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
});
