/** The chart itself; `PriceChart` loads it when the first one is shown. */

import { useComputedColorScheme } from "@mantine/core";
import { startTransition, useEffect, useEffectEvent, useMemo, useRef, useState } from "react";
import { useSpoken } from "../../i18n";
import { formatPrice } from "../../lib/money";
import classes from "./chart.module.css";
import { Drawing } from "./drawing";
import { Handles } from "./handles";
import { Readout } from "./readout";
import type { ChartProps, Dragged, PriceLine } from "./types";

const NO_LINES: readonly PriceLine[] = [];

export default function Chart(props: ChartProps) {
  const { bars, signs, from, lines: given = NO_LINES, digits = 2 } = props;
  const { locale } = useSpoken();
  const scheme = useComputedColorScheme("light");
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
  const format = useEffectEvent((price: number) =>
    formatPrice(price.toFixed(digits), locale, { min: digits, max: digits }),
  );

  // Colours are drawn into a canvas, and the scale keeps its widths: another scheme, another chart.
  useEffect(() => {
    const container = place.current;
    if (container === null) {
      return undefined;
    }
    const made = new Drawing(container, {
      locale,
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
  }, [locale, scheme]);

  useEffect(() => {
    drawing?.setBars(bars);
    drawing?.setSigns(signs ?? []);
    drawing?.showFrom(from);
  }, [drawing, bars, signs, from]);
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
