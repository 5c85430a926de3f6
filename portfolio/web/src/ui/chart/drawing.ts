/**
 * The chart as an object: lightweight-charts behind the few verbs that our screens need.
 *
 * Loaded only with the first chart. The attribution logo of TradingView stays on, as its licence
 * asks.
 */

import {
  CandlestickSeries,
  ColorType,
  CrosshairMode,
  LineStyle,
  createChart,
  createSeriesMarkers,
  type AutoscaleInfo,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  type ISeriesPrimitive,
  type SeriesMarker,
  type Time,
} from "lightweight-charts";
import { approximate, isDecimal } from "../../lib/decimal";
import type { Bar, LineTone, PriceLine, Sign } from "./types";

const ROOM = 0.14; // of the width, right of the last candle: names of lines stand there
const FAR = 3; // a line three times away from the last price does not squeeze the chart

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--pp-${name}`).trim();
}

const TONES: Record<LineTone, { colour: string; style: LineStyle }> = {
  stop: { colour: "loss", style: LineStyle.Solid },
  entry: { colour: "ink-2", style: LineStyle.Solid },
  target: { colour: "gain", style: LineStyle.Solid },
  friend: { colour: "accent", style: LineStyle.Dashed },
  quiet: { colour: "ink-3", style: LineStyle.Dotted },
};

/** Keeps our lines in view, and tells after each redraw, so that handles can follow. */
class Keeper implements ISeriesPrimitive {
  prices: readonly number[] = [];
  last: number | null = null;
  redrawn: () => void = () => undefined;

  updateAllViews(): void {
    this.redrawn();
  }

  autoscaleInfo(): AutoscaleInfo | null {
    const { last } = this;
    const near = this.prices.filter((price) => last === null || (price > last / FAR && price < last * FAR));
    return near.length === 0 ? null : { priceRange: { minValue: Math.min(...near), maxValue: Math.max(...near) } };
  }
}

export interface DrawingOptions {
  readonly locale: string;
  readonly format: (price: number) => string;
  readonly onHover: (date: string | null) => void;
}

export class Drawing {
  private readonly chart: IChartApi;
  private readonly series: ISeriesApi<"Candlestick">;
  private readonly keeper = new Keeper();
  private readonly marks: ISeriesMarkersPluginApi<Time>;
  private readonly lines = new Map<string, IPriceLine>();
  private dates: readonly string[] = [];

  constructor(place: HTMLElement, { locale, format, onHover }: DrawingOptions) {
    this.chart = createChart(place, {
      autoSize: true,
      localization: { locale, priceFormatter: format },
      layout: {
        attributionLogo: true,
        background: { type: ColorType.Solid, color: "transparent" },
        textColor: colour("ink-3"),
        fontFamily: getComputedStyle(document.body).fontFamily,
        fontSize: 11,
      },
      grid: { vertLines: { visible: false }, horzLines: { color: colour("line") } },
      rightPriceScale: { borderVisible: false, entireTextOnly: true, scaleMargins: { top: 0.08, bottom: 0.06 } },
      timeScale: { borderColor: colour("line"), fixLeftEdge: true, fixRightEdge: false },
      crosshair: {
        mode: CrosshairMode.Magnet,
        vertLine: { color: colour("line-strong"), labelBackgroundColor: colour("ink-2") },
        horzLine: { color: colour("line-strong"), labelBackgroundColor: colour("ink-2") },
      },
      // The page scrolls under finger and wheel; the chart moves sideways and by pinching.
      handleScroll: { mouseWheel: false, vertTouchDrag: false },
      handleScale: { mouseWheel: false, axisPressedMouseMove: false },
    });
    this.series = this.addCandles();
    this.series.attachPrimitive(this.keeper);
    this.marks = createSeriesMarkers<Time>(this.series, []);
    this.chart.subscribeCrosshairMove(({ time }) => {
      onHover(typeof time === "string" ? time : null);
    });
    place.querySelector("table")?.setAttribute("role", "presentation");
  }

  remove(): void {
    this.keeper.redrawn = () => undefined;
    // What is detached while the chart goes asks for one more frame, of a canvas that is no more.
    this.marks.detach();
    this.series.detachPrimitive(this.keeper);
    this.chart.remove();
  }

  onRedraw(redrawn: () => void): void {
    this.keeper.redrawn = redrawn;
    redrawn();
  }

  setBars(bars: readonly Bar[]): void {
    this.dates = bars.map((bar) => bar.date);
    this.keeper.last = bars.length === 0 ? null : approximate(bars[bars.length - 1]?.close ?? "0");
    this.series.setData(
      bars.map(({ date, open, high, low, close }, place) => {
        // Of a day with nothing but its close, a body tells the way from the close before.
        const end = approximate(close);
        const start = approximate(open ?? bars[place - 1]?.close ?? close);
        return {
          time: date,
          open: start,
          high: high === null ? Math.max(start, end) : approximate(high),
          low: low === null ? Math.min(start, end) : approximate(low),
          close: end,
        };
      }),
    );
  }

  /** Draws the lines; the scale makes room for them unless it is told to `hold` still. */
  setLines(lines: readonly PriceLine[], hold: boolean): void {
    const wanted = new Map(lines.filter(({ price }) => isDecimal(price)).map((line) => [line.id, line]));
    for (const [id, drawn] of this.lines) {
      if (!wanted.has(id)) {
        this.series.removePriceLine(drawn);
        this.lines.delete(id);
      }
    }
    for (const [id, { price, label, tone, onMoved }] of wanted) {
      const { colour: name, style } = TONES[tone];
      const options = {
        price: approximate(price),
        title: onMoved === undefined ? label : "", // its handle says it
        color: colour(name),
        lineStyle: style,
        lineWidth: 1,
        axisLabelVisible: true,
        axisLabelTextColor: colour("surface"),
      } as const;
      const drawn = this.lines.get(id);
      if (drawn === undefined) {
        this.lines.set(id, this.series.createPriceLine(options));
      } else {
        drawn.applyOptions(options);
      }
    }
    if (!hold) {
      this.keeper.prices = [...wanted.values()].map(({ price }) => approximate(price));
    }
  }

  setSigns(signs: readonly Sign[]): void {
    const looks = {
      buy: { position: "belowBar", shape: "arrowUp", color: colour("gain") },
      sell: { position: "aboveBar", shape: "arrowDown", color: colour("loss") },
      dividend: { position: "aboveBar", shape: "circle", color: colour("accent") },
      split: { position: "aboveBar", shape: "square", color: colour("ink-3") },
    } as const;
    const inOrder = [...signs].sort((a, b) => (a.date < b.date ? -1 : 1));
    this.marks.setMarkers(
      inOrder.flatMap(({ date, kind, text }): SeriesMarker<Time>[] => {
        const time = this.dates.find((each) => each >= date);
        return time === undefined || date < (this.dates[0] ?? "") ? [] : [{ time, text, ...looks[kind] }];
      }),
    );
  }

  /** Shows the days from `date` on; all of them without. Behind them there is room for names. */
  showFrom(date: string | undefined): void {
    const found = date === undefined ? 0 : this.dates.findIndex((each) => each >= date);
    const from = Math.max(0, found);
    const shown = this.dates.length - from;
    if (shown > 0) {
      const to = from + Math.max(1, shown - 1) * (1 + ROOM);
      this.chart.timeScale().setVisibleLogicalRange({ from, to });
    }
  }

  yOf(price: string): number | null {
    return this.series.priceToCoordinate(approximate(price));
  }

  /** The price at a height, as text with `digits`; what a person points at is no computed figure. */
  priceAt(y: number, digits: number): string | null {
    const price = this.series.coordinateToPrice(y);
    return price === null || price <= 0 ? null : price.toFixed(digits);
  }

  private addCandles(): ISeriesApi<"Candlestick"> {
    return this.chart.addSeries(CandlestickSeries, {
      upColor: colour("gain-fill"),
      wickUpColor: colour("gain-fill"),
      downColor: colour("loss-fill"),
      wickDownColor: colour("loss-fill"),
      borderVisible: false,
      priceLineVisible: false,
    });
  }
}
