import {
  IconArrowDownLeft,
  IconArrowRight,
  IconArrowUpRight,
  IconCash,
  IconCoins,
  IconGitFork,
  IconGitMerge,
  IconPigMoney,
  IconReceipt,
  IconReceiptTax,
  type Icon,
} from "@tabler/icons-react";
import { Checkbox } from "@mantine/core";
import type { Transaction } from "../../api/types";
import { useSpoken, useWords, type Words } from "../../i18n";
import { compare } from "../../lib/decimal";
import { day } from "../../lib/time";
import { Amount, Price } from "../../ui/amount";
import { RemarkChip } from "../../ui/chips";
import type { Column } from "../../ui/data-table";
import { totalOf, type Kind } from "./form";
import classes from "./transactions.module.css";

const GLYPHS: Readonly<Record<Kind, Icon>> = {
  buy: IconArrowDownLeft,
  sell: IconArrowUpRight,
  short: IconArrowUpRight,
  cover: IconArrowDownLeft,
  dividend: IconCoins,
  interest: IconCoins,
  fee: IconReceipt,
  tax: IconReceiptTax,
  deposit: IconPigMoney,
  withdrawal: IconCash,
  transfer_in: IconArrowRight,
  transfer_out: IconArrowRight,
  split: IconGitFork,
  merger: IconGitMerge,
};
/** The looks of a kind: what comes in, what goes out, what was paid. */
const TINTS: Readonly<Partial<Record<Kind, string | undefined>>> = {
  buy: classes.buy,
  cover: classes.buy,
  deposit: classes.buy,
  sell: classes.sell,
  short: classes.sell,
  withdrawal: classes.sell,
  dividend: classes.dividend,
  interest: classes.dividend,
};

function KindGlyph({ kind }: { kind: Kind }) {
  const Glyph = GLYPHS[kind];
  return (
    <span className={`${classes.glyph} ${TINTS[kind] ?? ""}`} aria-hidden>
      <Glyph size={15} stroke={2} />
    </span>
  );
}

/** The figure a row is about: units for a trade, the ratio for a split. */
function Quantity({ row }: { row: Transaction }) {
  const words = useWords().transactions;
  if (row.kind === "split" || row.kind === "merger") {
    return words.ratio(row.numerator ?? 1, row.denominator ?? 1);
  }
  return <Amount value={row.quantity} />;
}

/** What it is about; money alone has no symbol, and a merger has two. */
function Symbol({ row }: { row: Transaction }) {
  if (row.symbol === null) {
    return <span className={classes.quiet}>{row.currency}</span>;
  }
  return <span className={classes.symbol}>{row.into === null ? row.symbol : `${row.symbol} → ${row.into}`}</span>;
}

export function ledgerColumns(words: Words, locale: string): readonly Column<Transaction>[] {
  const { transactions } = words;
  const byNumber = (read: (row: Transaction) => string | null) => (a: Transaction, b: Transaction) =>
    compare(read(a) ?? "0", read(b) ?? "0");
  return [
    {
      id: "kind",
      header: transactions.kind,
      order: (a, b) => transactions.kinds[a.kind].localeCompare(transactions.kinds[b.kind]),
      cell: (row) => (
        <span className={classes.kind}>
          <KindGlyph kind={row.kind} />
          {transactions.kinds[row.kind]}
        </span>
      ),
    },
    {
      id: "symbol",
      header: transactions.symbol,
      order: (a, b) => (a.symbol ?? "").localeCompare(b.symbol ?? ""),
      cell: (row) => <Symbol row={row} />,
    },
    {
      id: "date",
      header: transactions.date,
      order: (a, b) => (a.date + a.id < b.date + b.id ? -1 : 1),
      cell: (row) => <time dateTime={row.date}>{day(row.date, locale)}</time>,
    },
    {
      id: "quantity",
      header: transactions.quantity,
      align: "end",
      order: byNumber((row) => row.quantity),
      cell: (row) => <Quantity row={row} />,
    },
    {
      id: "price",
      header: transactions.price,
      align: "end",
      order: byNumber((row) => row.price),
      cell: (row) => <Price value={row.price} />,
    },
    {
      id: "total",
      header: transactions.total,
      align: "end",
      order: byNumber(totalOf),
      cell: (row) => <Amount value={totalOf(row)} currency={row.currency} />,
    },
    { id: "account", header: transactions.account, from: "wide", cell: (row) => <Account row={row} words={words} /> },
  ];
}

/** A box for each row, in a column of its own at the end. */
export function selectColumn(
  words: Words,
  selected: ReadonlySet<string>,
  onSelect: (selected: ReadonlySet<string>) => void,
): Column<Transaction> {
  return {
    id: "select",
    header: words.transactions.select,
    align: "end",
    cell: (row) => (
      <Checkbox
        size="xs"
        className={classes.box ?? ""}
        aria-label={words.transactions.selectRow(
          `${words.transactions.kinds[row.kind]} ${row.symbol ?? row.currency} ${row.date}`,
        )}
        checked={selected.has(row.id)}
        disabled={row.sample}
        onChange={(event) => {
          const after = new Set(selected);
          if (event.currentTarget.checked) {
            after.add(row.id);
          } else {
            after.delete(row.id);
          }
          onSelect(after);
        }}
      />
    ),
  };
}

function Account({ row, words }: { row: Transaction; words: Words }) {
  return row.sample ? <RemarkChip>{words.common.sample}</RemarkChip> : <span className={classes.quiet}>{row.account}</span>;
}

export function LedgerCard({ row }: { row: Transaction }) {
  const { words, locale } = useSpoken();
  return (
    <div className={classes.card}>
      <KindGlyph kind={row.kind} />
      <Symbol row={row} />
      <span className={classes.end}>
        <Amount value={totalOf(row)} currency={row.currency} />
      </span>
      <span className={classes.quiet}>
        {words.transactions.kinds[row.kind]} · {day(row.date, locale)}
      </span>
      <span className={`${classes.quiet} ${classes.end}`}>
        <Quantity row={row} />
        {row.price !== null && (
          <>
            {" × "}
            <Price value={row.price} />
          </>
        )}
      </span>
    </div>
  );
}
