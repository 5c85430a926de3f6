/** The payoff of an idea's legs at expiry: figures, the line, and the same as a table. */

import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { isProblem } from "../../api/problem";
import { queries } from "../../api/queries";
import type { Idea, Payoff as Shape } from "../../api/types";
import { useSpoken, useWords } from "../../i18n";
import { useHiddenAmounts } from "../../lib/amounts";
import { approximate, sign, subtract } from "../../lib/decimal";
import { formatNumber, formatPrice } from "../../lib/money";
import { Amount, Gain, Price } from "../../ui/amount";
import { Loaded } from "../../ui/page";
import { lineOf, type Line } from "./payoff-line";
import classes from "./payoff.module.css";

const [WIDTH, HEIGHT] = [640, 260];
const [LEFT, RIGHT, TOP, BOTTOM] = [72, 12, 18, 34];

export function Payoff({ idea }: { idea: Idea }) {
  const words = useWords().options;
  const found = useQuery(queries.payoff(idea.id, JSON.stringify(idea.legs)));
  if (isProblem(found.error, "rule")) {
    return <p className={classes.note}>{words.needPrices}</p>;
  }
  return (
    <Loaded query={found} skeleton={<Skeleton height={340} radius="lg" />}>
      {(shape) => <Drawn idea={idea} shape={shape} />}
    </Loaded>
  );
}

function Drawn({ idea, shape }: { idea: Idea; shape: Shape }) {
  const words = useWords();
  const text = words.options;
  const notes = [
    text.before,
    ...(shape.counted === "ratio" ? [text.byRatio] : []),
    ...(shape.expiries.length > 1 ? [text.severalExpiries] : []),
  ];
  return (
    <div className={classes.payoff}>
      <Figures shape={shape} />
      <Diagram idea={idea} shape={shape} />
      <p className={classes.note}>{notes.join(" ")}</p>
      <details className={classes.behind}>
        <summary>{words.common.table}</summary>
        <Table shape={shape} />
      </details>
    </div>
  );
}

function Figures({ shape }: { shape: Shape }) {
  const { words, locale } = useSpoken();
  const text = words.options;
  const { currency, breakevens, net_cost: cost } = shape;
  const credit = sign(cost) < 0;
  const most = (value: string | null) => (value === null ? text.unlimited : <Gain value={value} currency={currency} />);
  const rows = [
    [text.maxGain, most(shape.max_gain)],
    [text.maxLoss, most(shape.max_loss)],
    [
      text.breakevens,
      breakevens.length === 0
        ? text.noBreakeven
        : breakevens.map((price, at) => (
            <span key={price}>
              {at > 0 && " · "}
              <Price value={price} form={{ max: 4 }} />
            </span>
          )),
    ],
    [credit ? text.netCredit : text.netCost, <Amount key="c" value={credit ? subtract("0", cost) : cost} currency={currency} />],
    [
      text.rewardToRisk,
      shape.reward_to_risk === null ? "–" : words.common.rr(formatNumber(shape.reward_to_risk, locale, { min: 2, max: 2 })),
    ],
  ] as const;
  return (
    <dl className={classes.figures}>
      {rows.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Diagram({ idea, shape }: { idea: Idea; shape: Shape }) {
  const { words, locale } = useSpoken();
  const { hidden } = useHiddenAmounts();
  const now = idea.market?.price;
  const line = lineOf(shape, now === undefined ? [] : [approximate(now)]);
  const { x, y } = scalesOf(line);
  const path = line.corners.map(({ price, gain }) => `${String(x(price))},${String(y(gain))}`).join(" L");
  const [first, last] = [x(line.prices[0]), x(line.prices[1])];
  const area = `M${String(first)},${String(y(0))} L${path} L${String(last)},${String(y(0))} Z`;
  const strikes = line.corners.slice(1, -1).map(({ price }) => price);
  const secret = shape.counted === "quantity" && hidden;
  const label = (price: number) => formatPrice(String(Math.round(price * 100) / 100), locale, { min: 0, max: 2 });
  return (
    <svg
      viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`}
      className={classes.diagram}
      role="img"
      aria-label={words.options.payoff(idea.symbol)}
    >
      <clipPath id="payoff-gain">
        <rect x={0} y={0} width={WIDTH} height={y(0)} />
      </clipPath>
      <clipPath id="payoff-loss">
        <rect x={0} y={y(0)} width={WIDTH} height={HEIGHT} />
      </clipPath>
      <path d={area} className={classes.gain} clipPath="url(#payoff-gain)" />
      <path d={area} className={classes.loss} clipPath="url(#payoff-loss)" />
      {strikes.map((price) => (
        <g key={price}>
          <line x1={x(price)} x2={x(price)} y1={TOP} y2={HEIGHT - BOTTOM} className={classes.strike} />
          <text x={x(price)} y={HEIGHT - 10} textAnchor="middle">
            {label(price)}
          </text>
        </g>
      ))}
      <line x1={LEFT} x2={WIDTH - RIGHT} y1={y(0)} y2={y(0)} className={classes.zero} />
      {now !== undefined && (
        <g>
          <line x1={x(approximate(now))} x2={x(approximate(now))} y1={TOP} y2={HEIGHT - BOTTOM} className={classes.now} />
          <text x={x(approximate(now)) + 5} y={TOP + 8} className={classes.nowText}>
            {words.options.now}
          </text>
        </g>
      )}
      <path d={`M${path}`} className={classes.line} />
      {shape.breakevens.map((price) => (
        <circle key={price} cx={x(approximate(price))} cy={y(0)} r={4.5} className={classes.even} />
      ))}
      {!secret && <GainLabels line={line} y={y} locale={locale} />}
    </svg>
  );
}

function scalesOf({ prices, gains }: Line) {
  const scale = (from: readonly [number, number], start: number, end: number) => (value: number) =>
    Math.round((start + ((value - from[0]) / (from[1] - from[0])) * (end - start)) * 10) / 10;
  return { x: scale(prices, LEFT, WIDTH - RIGHT), y: scale(gains, HEIGHT - BOTTOM, TOP) };
}

/** Beside the line: its heights, where they do not cover each other. */
function GainLabels({ line, y, locale }: { line: Line; y: (gain: number) => number; locale: string }) {
  const heights = [...new Set([0, ...line.corners.map(({ gain }) => Math.round(gain * 100) / 100)])];
  const shown = heights.reduce<number[]>(
    (kept, gain) => (kept.every((other) => Math.abs(y(other) - y(gain)) > 24) ? [...kept, gain] : kept),
    [],
  );
  return shown.map((gain) => (
    <text key={gain} x={LEFT - 8} y={y(gain) + 4} textAnchor="end">
      {formatNumber(String(gain), locale, { compact: true })}
    </text>
  ));
}

function Table({ shape }: { shape: Shape }) {
  const words = useWords().options;
  const even = shape.breakevens.map((price) => ({ price, gain: "0" }));
  const rows = [...shape.points, ...even].sort((a, b) => sign(subtract(a.price, b.price)));
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">{words.priceOf}</th>
          <th scope="col">{words.gain}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ price, gain }) => (
          <tr key={`${price} ${gain}`}>
            <th scope="row">
              <Price value={price} form={{ max: 4 }} />
            </th>
            <td>
              <Gain value={gain} currency={shape.currency} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
