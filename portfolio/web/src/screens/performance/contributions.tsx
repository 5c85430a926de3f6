import { useMemo, type ReactNode } from "react";
import type { Contribution, Performance } from "../../api/types";
import { useWords, type Words } from "../../i18n";
import { compare, subtract } from "../../lib/decimal";
import { Amount, Gain } from "../../ui/amount";
import { Explained } from "../../ui/explain";
import { DataTable, type Column } from "../../ui/data-table";
import classes from "./performance.module.css";

type Asked = Readonly<Record<string, string | undefined>>;

/** What each instrument did; the rows sum to the whole. */
export function Contributions({ report, asked }: { report: Performance; asked: Asked }) {
  const words = useWords().performance;
  const columns = useMemo(() => columnsOf(words, report.currency, asked), [words, report.currency, asked]);
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

function columnsOf(words: Words["performance"], currency: string, asked: Asked): readonly Column<Contribution>[] {
  const opens = (row: Contribution, name: string, shown: ReactNode) => (
    <Explained figure={`performance.contribution.${name}`} asked={{ ...asked, of: row.symbol ?? "cash" }}>
      {shown}
    </Explained>
  );
  const money = (id: string, header: string, read: (row: Contribution) => string): Column<Contribution> => ({
    id,
    header,
    align: "end",
    from: "medium",
    order: (a, b) => compare(read(a), read(b)),
    cell: (row) => opens(row, id, <Amount value={read(row)} currency={currency} form={{ signs: "always" }} />),
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
      cell: (row) => opens(row, "gain", <Gain value={row.gain} currency={currency} />),
    },
    {
      id: "percent",
      header: words.share,
      align: "end",
      order: (a, b) => compare(a.percent ?? "0", b.percent ?? "0"),
      cell: (row) => opens(row, "percent", <Gain value={row.percent} />),
    },
    money("unrealised", words.unrealised, (row) => row.unrealised),
    money("realised", words.realised, (row) => row.realised),
    money("income", words.income, (row) => row.income),
    money("fees", words.fees, (row) => subtract("0", row.fees)),
    money("taxes", words.taxes, (row) => subtract("0", row.taxes)),
    money("currency_effect", words.currency, (row) => row.currency_effect),
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
