/** The chart itself; `PriceChart` loads it when the first one is shown. */

import { useComputedColorScheme } from "@mantine/core";
import { startTransition, useEffect, useEffectEvent, useMemo, useRef, useState } from "react";
import { useSpoken } from "../../i18n";
import { useHiddenAmounts } from "../../lib/amounts";
import { HIDDEN, formatPrice } from "../../lib/money";
import classes from "./chart.module.css";
import { Drawing } from "./drawing";
import { Handles } from "./handles";
import { Readout } from "./readout";
import type { ChartProps, Dragged, PriceLine } from "./types";

const NO_LINES: readonly PriceLine[] = [];

export default function Chart(props: ChartProps) {
  const { bars, area, baseline, signs, from, lines: given = NO_LINES, digits = 2, secret = false } = props;
  const { locale } = useSpoken();
  const scheme = useComputedColorScheme("light");
  const { hidden } = useHiddenAmounts();
  const masked = secret && hidden;
  const place = useRef<HTMLDivElement>(null);
  const [drawing, setDrawing] = useState<Drawing | null>(null);
  const [hovered, setHovered] = useState<string | null>(null);
  const [dragged, setDragged] = useState<Dragged | null>(null);
  const beneath = given.find((line) => line.id === dragged?.id)?.price;
  if (dragged?.landed === true && beneath !== dragged.from) {
    setDragged(null); // whoever owns the line has taken the new price, or another one
  }
  const lines = useMemo(
    () => given.map((line) => (line.id === dragged?.id ? { ...line, price: dragged.price } : line)),
    [given, dragged],
  );
  const candles = bars !== undefined;
  const format = useEffectEvent((price: number) => {
    const text = price.toFixed(digits);
    return masked ? HIDDEN : formatPrice(text, locale, { min: secret ? 0 : digits, max: secret ? 0 : digits });
  });

  // Colours are drawn into a canvas, and the scale keeps its widths: another scheme, another chart.
  useEffect(() => {
    const container = place.current;
    if (container === null) {
      return undefined;
    }
    const made = new Drawing(container, {
      locale,
      candles,
      format: (price) => format(price),
      onHover: setHovered,
    });
    // Filling it is another task than making it: keys and clicks come in between.
    startTransition(() => {
      setDrawing(made);
    });
    return () => {
      setDrawing(null);
      made.remove();
    };
  }, [locale, candles, scheme, masked]);

  useEffect(() => {
    if (bars !== undefined) {
      drawing?.setBars(bars);
    }
    if (area !== undefined) {
      drawing?.setArea(area);
    }
    if (baseline !== undefined) {
      drawing?.setBaseline(baseline);
    }
    drawing?.setSigns(signs ?? []);
    drawing?.showFrom(from);
  }, [drawing, bars, area, baseline, signs, from]);
  useEffect(() => {
    drawing?.setLines(lines, dragged?.held === true);
  }, [drawing, lines, dragged?.held]);

  return (
    <>
      <div ref={place} className={classes.place} />
      <Readout {...props} date={hovered} />
      {drawing !== null && (
        <Handles drawing={drawing} lines={lines} digits={digits} place={place} onDrag={setDragged} />
      )}
    </>
  );
}
