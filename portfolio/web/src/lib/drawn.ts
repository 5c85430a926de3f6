/** How prices are drawn: as candles where whole trading days are known, else as a line. */

import type { Price } from "../api/types";
import type { ChartProps } from "../ui/chart/types";

type Drawn = Pick<ChartProps, "bars"> | Pick<ChartProps, "area">;

export function drawn(prices: readonly Price[]): Drawn {
  const whole = prices.filter(({ open }) => open !== null).length;
  return whole * 2 > prices.length
    ? { bars: prices }
    : { area: prices.map(({ date, close }) => ({ date, value: close })) };
}
