import { useMemo } from "react";
import type { Contribution, Performance } from "../../api/types";
import { useWords, type Words } from "../../i18n";
import { add, compare, subtract } from "../../lib/decimal";
import { Amount, Gain } from "../../ui/amount";
import { DataTable, type Column } from "../../ui/data-table";
import classes from "./performance.module.css";

/** What each instrument did; the rows sum to the whole. */
export function Contributions({ report }: { report: Performance }) {
  const words = useWords().performance;
  const columns = useMemo(() => columnsOf(words, report.currency), [words, report.currency]);
  return (
    <DataTable
      label={words.contributions}
      rows={report.contributions}
      columns={columns}
      rowId={(row) => row.symbol ?? ""}
      sorted={{ id: "gain", desc: true }}
      card={(row) => <ContributionCard row={row} currency={report.currency} />}
    />
  );
}

function columnsOf(words: Words["performance"], currency: string): readonly Column<Contribution>[] {
  const money = (id: string, header: string, read: (row: Contribution) => string): Column<Contribution> => ({
    id,
    header,
    align: "end",
    from: "medium",
    order: (a, b) => compare(read(a), read(b)),
    cell: (row) => <Amount value={read(row)} currency={currency} form={{ signs: "always" }} />,
  });
  return [
    {
      id: "symbol",
      header: words.instrument,
      order: (a, b) => (a.symbol ?? "").localeCompare(b.symbol ?? ""),
      cell: (row) => <strong>{row.symbol ?? words.cash}</strong>,
    },
    {
      id: "gain",
      header: words.gain,
      align: "end",
      order: (a, b) => compare(a.gain, b.gain),
      cell: (row) => <Gain value={row.gain} currency={currency} />,
    },
    {
      id: "percent",
      header: words.share,
      align: "end",
      order: (a, b) => compare(a.percent ?? "0", b.percent ?? "0"),
      cell: (row) => <Gain value={row.percent} />,
    },
    money("unrealised", words.unrealised, (row) => row.unrealised),
    money("realised", words.realised, (row) => row.realised),
    money("income", words.income, (row) => row.income),
    money("charges", words.charges, (row) => subtract("0", add(row.fees, row.taxes))),
    money("currency", words.currency, (row) => row.currency_effect),
  ];
}

function ContributionCard({ row, currency }: { row: Contribution; currency: string }) {
  const words = useWords().performance;
  return (
    <div className={classes.card}>
      <strong>{row.symbol ?? words.cash}</strong>
      <Gain value={row.gain} currency={currency} percent={row.percent} />
    </div>
  );
}
