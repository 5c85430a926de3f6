import { useMemo } from "react";
import { useSpoken } from "../../i18n";
import { day } from "../../lib/time";
import { Amount, Price } from "../amount";
import classes from "./chart.module.css";
import type { ChartProps } from "./types";

/** What stands under the pointer: the day, and the exact figures of it. */
export function Readout(props: Pick<ChartProps, "bars" | "area" | "secret" | "signs"> & { date: string | null }) {
  const { bars, area, secret = false, signs, date } = props;
  const { locale } = useSpoken();
  const byDate = useMemo(
    () => new Map<string, string>([...(bars ?? []).map((bar) => [bar.date, bar.close] as const), ...(area ?? []).map((point) => [point.date, point.value] as const)]),
    [bars, area],
  );
  const value = date === null ? undefined : byDate.get(date);
  if (date === null || value === undefined) {
    return null;
  }
  const there = signs?.filter((sign) => sign.date === date).map(({ text }) => text);
  return (
    <div className={classes.readout} aria-hidden>
      <span>{day(date, locale)}</span>
      <strong>{secret ? <Amount value={value} form={{ min: 2, max: 2 }} /> : <Price value={value} />}</strong>
      {there?.map((text) => <span key={text}>{text}</span>)}
    </div>
  );
}
