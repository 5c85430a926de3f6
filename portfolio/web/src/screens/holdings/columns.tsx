import type { Holding } from "../../api/types";
import { useSpoken, type Words } from "../../i18n";
import { approximate, compare } from "../../lib/decimal";
import { day } from "../../lib/time";
import type { ReactNode } from "react";
import { Amount, Gain, Percent, Price } from "../../ui/amount";
import type { Column } from "../../ui/data-table";
import { Explained } from "../../ui/explain";
import classes from "./holdings.module.css";

const FRESH_DAYS = 4; // a long weekend

function Instrument({ row }: { row: Holding }) {
  return (
    <span className={classes.instrument}>
      <span className={classes.symbol}>{row.symbol}</span>
      {row.account != null && row.account !== "" && !row.sample && <span className={classes.quiet}>{row.account}</span>}
    </span>
  );
}

function isOld(row: Holding): boolean {
  return (row.price_age_days ?? 0) > FRESH_DAYS && row.price_date !== null;
}

/** The last price, and its day as soon as it is not of these days. */
export function LastPrice({ row }: { row: Holding }) {
  const { words, locale } = useSpoken();
  if (row.price === null) {
    return <span className={classes.quiet}>{words.holdings.noPrice}</span>;
  }
  return (
    <span className={classes.two}>
      <Price value={row.price} />
      {isOld(row) && (
        <small className={classes.quiet} title={words.prices.sources[row.price_origin ?? ""] ?? row.price_source ?? ""}>
          {words.common.priceAsOf(day(row.price_date ?? "", locale))}
        </small>
      )}
    </span>
  );
}

function Weight({ row }: { row: Holding }) {
  const width = row.weight_percent === null ? 0 : Math.max(0, Math.min(100, approximate(row.weight_percent)));
  return (
    <span className={classes.weight}>
      <span className={classes.bar} aria-hidden>
        <span className={classes.fill} style={{ width: `${width}%` }} />
      </span>
      <Percent value={row.weight_percent} form={{ min: 1, max: 1 }} />
    </span>
  );
}

/** A figure of a holding of mine opens to how it came about; of a friend's there is only what they show. */
function Opens({ row, figure, children }: { row: Holding; figure: string; children: ReactNode }) {
  return row.role === "owner" ? (
    <Explained figure={`holding.${figure}`} asked={{ id: row.id }}>
      {children}
    </Explained>
  ) : (
    children
  );
}

export function holdingColumns(words: Words["holdings"]): readonly Column<Holding>[] {
  const byNumber = (read: (row: Holding) => string | null | undefined) => (a: Holding, b: Holding) =>
    compare(read(a) ?? "0", read(b) ?? "0");
  return [
    {
      id: "symbol",
      header: words.instrument,
      order: (a, b) => a.symbol.localeCompare(b.symbol),
      cell: (row) => <Instrument row={row} />,
    },
    { id: "price", header: words.price, align: "end", cell: (row) => <LastPrice row={row} /> },
    {
      id: "quantity",
      header: words.quantity,
      align: "end",
      from: "medium",
      order: byNumber((row) => row.quantity),
      cell: (row) => (
        <Opens row={row} figure="quantity">
          <Amount value={row.quantity} />
        </Opens>
      ),
    },
    {
      id: "value",
      header: words.value,
      align: "end",
      order: byNumber((row) => row.value),
      cell: (row) => (
        <Opens row={row} figure="value">
          <Amount value={row.value} currency={row.currency} />
        </Opens>
      ),
    },
    {
      id: "today",
      header: words.today,
      align: "end",
      order: byNumber((row) => row.day_gain),
      cell: (row) => (
        <Opens row={row} figure="day_gain">
          <Gain value={row.day_gain} currency={row.currency} />
        </Opens>
      ),
    },
    {
      id: "gain",
      header: words.gain,
      align: "end",
      order: byNumber((row) => row.gain),
      cell: (row) => (
        <span className={classes.two}>
          <Opens row={row} figure="gain">
          <Gain value={row.gain} currency={row.currency} />
        </Opens>
          <small>
            <Opens row={row} figure="return_percent">
          <Gain value={row.return_percent} />
        </Opens>
          </small>
        </span>
      ),
    },
    {
      id: "income",
      header: words.income,
      align: "end",
      from: "wide",
      order: byNumber((row) => row.income),
      cell: (row) => (
        <Opens row={row} figure="income">
          <Amount value={row.income} currency={row.currency} />
        </Opens>
      ),
    },
    {
      id: "weight",
      header: words.weight,
      align: "end",
      from: "medium",
      order: byNumber((row) => row.weight_percent),
      cell: (row) => (
        <Opens row={row} figure="weight_percent">
          <Weight row={row} />
        </Opens>
      ),
    },
  ];
}

export function HoldingCard({ row }: { row: Holding }) {
  const { words, locale } = useSpoken();
  return (
    <div className={classes.card}>
      <Instrument row={row} />
      <strong className={classes.end}>
        <Amount value={row.value} currency={row.currency} />
      </strong>
      <span className={classes.quiet}>
        <Amount value={row.quantity} />
        {row.price === null ? (
          ` · ${words.holdings.noPrice}`
        ) : (
          <>
            {" × "}
            <Price value={row.price} />
            {isOld(row) && ` · ${words.common.priceAsOf(day(row.price_date ?? "", locale))}`}
          </>
        )}
      </span>
      <small className={classes.end}>
        <Gain value={row.return_percent} />
      </small>
    </div>
  );
}
