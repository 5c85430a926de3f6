/** What a chart is given. Figures stay decimal strings up to the moment they become pixels. */

export interface Point {
  readonly date: string;
  readonly value: string;
}

/** A trading day; of many days nothing but the close is known. */
export interface Bar {
  readonly date: string;
  readonly open: string | null;
  readonly high: string | null;
  readonly low: string | null;
  readonly close: string;
}

export type LineTone = "stop" | "entry" | "target" | "friend" | "quiet";

/** A level across the chart. With `onMove` it can be dragged, or moved by arrow keys. */
export interface PriceLine {
  readonly id: string;
  readonly price: string;
  readonly label: string;
  readonly tone: LineTone;
  /** While it is dragged, many times; the line follows by itself. */
  readonly onMove?: (price: string) => void;
  /** Once, where it was let go. */
  readonly onMoved?: (price: string) => void;
}

/** A sign at a day: a trade of mine, a dividend, a split. */
export interface Sign {
  readonly date: string;
  readonly kind: "buy" | "sell" | "dividend" | "split";
  readonly text: string;
}

export interface ChartProps {
  /** What the chart shows, for who cannot see it. */
  readonly label: string;
  readonly height?: number;
  readonly bars: readonly Bar[];
  readonly lines?: readonly PriceLine[];
  readonly signs?: readonly Sign[];
  /** Digits after the point on the scale and of a dragged line; 2 unless told otherwise. */
  readonly digits?: number;
  /** The days to show at first; all of them when left out. */
  readonly from?: string;
}

/** A line on its way, or landed where its owner has not put it yet. */
export interface Dragged {
  readonly id: string;
  readonly price: string;
  /** The price it had before. */
  readonly from: string;
  readonly landed: boolean;
  /** Under a pointer: the scale stands still, or the line would run away from it. */
  readonly held: boolean;
}
