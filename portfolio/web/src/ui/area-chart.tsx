/**
 * A value over time: a line, the area under it, and what it was on the day one points at.
 *
 * It is drawn as SVG and laid out in per cent, so it needs no measuring, no canvas and no library:
 * it stands in the first frame. The arrow keys walk along it as the pointer does.
 */

import { useMemo, useState, type KeyboardEvent, type PointerEvent } from "react";
import { useSpoken } from "../i18n";
import { useHiddenAmounts } from "../lib/amounts";
import { approximate } from "../lib/decimal";
import { HIDDEN, formatPrice } from "../lib/money";
import { dayNumber, dayTicks, nearest, scaleOf } from "../lib/scale";
import { day, tickDay } from "../lib/time";
import { Amount, Price } from "./amount";
import classes from "./area-chart.module.css";
import { ChartFigures } from "./chart-figures";
import type { Point } from "./chart/types";

const LINES_MAX = 5;
const DAYS_MAX = 7;
const WIDTH = 1000; // of the drawing, in its own units; it is stretched to the place it has
const STRIDE = 0.1; // of all points, for Page Up and Page Down

interface AreaChartProps {
  /** What it shows, for who cannot see it. */
  readonly label: string;
  readonly height: number;
  readonly points: readonly Point[];
  /** Digits after the point on the scale, at least. */
  readonly digits: number;
  /** The scale shows amounts: no numbers on it while they are hidden. */
  readonly secret?: boolean;
}

export function AreaChart({ label, height, points, digits, secret = false }: AreaChartProps) {
  const drawn = useMemo(() => drawing(points), [points]);
  return (
    <figure className={classes.figure} aria-label={label} style={{ height }}>
      <Values drawn={drawn} digits={digits} secret={secret} />
      <Days points={points} />
      {points.length > 0 && <Plot label={label} points={points} drawn={drawn} secret={secret} />}
      <ChartFigures label={label} points={points} secret={secret} />
    </figure>
  );
}

type Drawn = ReturnType<typeof drawing>;

/** Everything that has a place, in shares of the width from the left and of the height from above. */
function drawing(points: readonly Point[]) {
  const days = points.map(({ date }) => dayNumber(date));
  const values = points.map(({ value }) => approximate(value));
  const scale = scaleOf(values, LINES_MAX);
  const first = days[0] ?? 0;
  const span = (days[days.length - 1] ?? first) - first;
  const xs = days.map((at) => (span === 0 ? 1 : (at - first) / span));
  const yOf = (value: number) => (scale.high - value) / (scale.high - scale.low);
  const ys = values.map(yOf);
  const corners = xs.map((x, index) => `${(x * WIDTH).toFixed(1)} ${((ys[index] ?? 0) * WIDTH).toFixed(1)}`);
  const line = span === 0 ? `M0 ${((ys[0] ?? 0) * WIDTH).toFixed(1)}H${WIDTH}` : `M${corners.join("L")}`;
  return { scale, xs, ys, yOf, line };
}

function Values({ drawn, digits, secret }: { drawn: Drawn; digits: number; secret: boolean }) {
  const { locale } = useSpoken();
  const { hidden } = useHiddenAmounts();
  const { scale, yOf } = drawn;
  const places = Math.max(digits, scale.digits);
  const labels = scale.ticks.map((tick) =>
    secret && hidden ? HIDDEN : formatPrice(tick.toFixed(places), locale, { min: places, max: places }),
  );
  const widest = labels.reduce((a, b) => (b.length > a.length ? b : a), "");
  return (
    <div className={classes.values} aria-hidden>
      <span className={classes.sizer}>{widest}</span>
      {scale.ticks.map((tick, index) => (
        <span key={tick} className={classes.valueTick} data-zero={tick === 0} style={{ top: `${yOf(tick) * 100}%` }}>
          <span>{labels[index]}</span>
        </span>
      ))}
    </div>
  );
}

function Days({ points }: { points: readonly Point[] }) {
  const { locale } = useSpoken();
  const [first, last] = [points[0]?.date, points[points.length - 1]?.date];
  if (first === undefined || last === undefined || first === last) {
    return null;
  }
  const [from, to] = [dayNumber(first), dayNumber(last)];
  return (
    <div className={classes.days} aria-hidden>
      {dayTicks(first, last, DAYS_MAX).map(({ date, unit }, index) => {
        const x = (dayNumber(date) - from) / (to - from);
        return x < 0.02 || x > 0.97 ? null : (
          <span key={date} className={classes.dayTick} data-odd={index % 2 === 1} style={{ left: `${x * 100}%` }}>
            {tickDay(date, locale, unit)}
          </span>
        );
      })}
    </div>
  );
}

interface PlotProps {
  readonly label: string;
  readonly points: readonly Point[];
  readonly drawn: Drawn;
  readonly secret: boolean;
}

function Plot({ label, points, drawn, secret }: PlotProps) {
  const { locale } = useSpoken();
  const { hidden } = useHiddenAmounts();
  const [pointed, setPointed] = useState<number | null>(null);
  const last = points.length - 1;
  const at = Math.min(pointed ?? last, last);
  const point = points[at];
  const follow = (event: PointerEvent<HTMLDivElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    setPointed(nearest(drawn.xs, (event.clientX - left) / width));
  };
  const leave = () => {
    setPointed(null);
  };
  const walk = (event: KeyboardEvent) => {
    const wanted = walked(event.key, at, last);
    if (wanted !== null) {
      event.preventDefault();
      setPointed(wanted);
    }
  };
  if (point === undefined) {
    return null;
  }
  const value = secret && hidden ? HIDDEN : formatPrice(point.value, locale, { min: 2, max: 2 });
  return (
    <div
      className={classes.plot}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={1}
      aria-valuemax={points.length}
      aria-valuenow={at + 1}
      aria-valuetext={`${day(point.date, locale)}: ${value}`}
      onPointerMove={follow}
      onPointerDown={follow}
      onPointerLeave={leave}
      onBlur={leave}
      onKeyDown={walk}
    >
      <svg className={classes.drawing} viewBox={`0 0 ${WIDTH} ${WIDTH}`} preserveAspectRatio="none" aria-hidden>
        <path className={classes.area} d={`${drawn.line}V${WIDTH}H0Z`} />
        <path className={classes.line} d={drawn.line} />
      </svg>
      <Mark drawn={drawn} at={at} pointed={pointed !== null} />
      {pointed !== null && (
        <div className={classes.readout} aria-hidden>
          <span>{day(point.date, locale)}</span>
          <strong>{secret ? <Amount value={point.value} form={{ min: 2, max: 2 }} /> : <Price value={point.value} form={{ max: 2 }} />}</strong>
        </div>
      )}
    </div>
  );
}

/** A dot on the line: at its end, or with a plumb line where somebody points. */
function Mark({ drawn, at, pointed }: { drawn: Drawn; at: number; pointed: boolean }) {
  const [left, top] = [drawn.xs[at] ?? 1, drawn.ys[at] ?? 0].map((share) => `${share * 100}%`);
  return (
    <>
      {pointed && <span className={classes.plumb} style={{ left }} />}
      <span className={classes.dot} style={{ left, top }} />
    </>
  );
}

/** Where a key leads from point `at`; null for a key that leads nowhere. */
export function walked(key: string, at: number, last: number): number | null {
  const stride = Math.max(1, Math.round(last * STRIDE));
  const steps: Record<string, number> = {
    ArrowLeft: -1,
    ArrowDown: -1,
    ArrowRight: 1,
    ArrowUp: 1,
    PageDown: -stride,
    PageUp: stride,
    Home: -last,
    End: last,
  };
  const step = steps[key];
  return step === undefined ? null : Math.min(last, Math.max(0, at + step));
}
