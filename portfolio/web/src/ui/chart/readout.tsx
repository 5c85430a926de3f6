import { useMemo } from "react";
import { useSpoken } from "../../i18n";
import { day } from "../../lib/time";
import { Price } from "../amount";
import classes from "./chart.module.css";
import type { ChartProps } from "./types";

/** What stands under the pointer: the day, and the exact figures of it. */
export function Readout(props: Pick<ChartProps, "bars" | "signs"> & { date: string | null }) {
  const { bars, signs, date } = props;
  const { locale } = useSpoken();
  const byDate = useMemo(() => new Map(bars.map((bar) => [bar.date, bar.close])), [bars]);
  const value = date === null ? undefined : byDate.get(date);
  if (date === null || value === undefined) {
    return null;
  }
  const there = signs?.filter((sign) => sign.date === date).map(({ text }) => text);
  return (
    <div className={classes.readout} aria-hidden>
      <span>{day(date, locale)}</span>
      <strong>
        <Price value={value} />
      </strong>
      {there?.map((text) => <span key={text}>{text}</span>)}
    </div>
  );
}
