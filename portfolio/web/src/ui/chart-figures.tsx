import { memo } from "react";
import { useSpoken } from "../i18n";
import { day } from "../lib/time";
import { Amount, Price } from "./amount";
import type { Point } from "./chart/types";

const ROWS_MAX = 40;

interface ChartFiguresProps {
  readonly label: string;
  readonly points: readonly Point[];
  /** The figures are amounts, which can be hidden. */
  readonly secret?: boolean;
}

/** A chart for who cannot see it: about forty of the days, evenly spread, the last one among them. */
export const ChartFigures = memo(function ChartFigures({ label, points, secret = false }: ChartFiguresProps) {
  const { locale, words } = useSpoken();
  const step = Math.max(1, Math.ceil(points.length / ROWS_MAX));
  const shown = points.filter((_, index) => (points.length - 1 - index) % step === 0);
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
