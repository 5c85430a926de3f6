import { useMemo } from "react";
import type { Holding } from "../../api/types";
import { useWords } from "../../i18n";
import { compare } from "../../lib/decimal";
import { Amount, Gain, Percent, Price } from "../../ui/amount";
import { DataTable, type Column } from "../../ui/data-table";
import { usePeople } from "../../ui/people";
import { Person } from "../../ui/person";
import classes from "./shared.module.css";

const byDecimal =
  (of: (holding: Holding) => string | null | undefined) =>
  (a: Holding, b: Holding): number =>
    compare(of(a) ?? "0", of(b) ?? "0");

/** Friends' holdings: percentages, and sums where they share their amounts. */
export function SharedHoldings({ holdings }: { holdings: readonly Holding[] }) {
  const words = useWords();
  const people = usePeople();
  const withSums = holdings.some(({ value }) => value != null);
  const columns = useMemo<Column<Holding>[]>(() => {
    const { shared } = words;
    const value: Column<Holding> = {
      id: "value",
      header: shared.value,
      align: "end",
      cell: (row) => <Amount value={row.value} currency={row.currency} />,
      order: byDecimal((row) => row.value),
    };
    return [
      { id: "symbol", header: shared.symbol, cell: (row) => <strong>{row.symbol}</strong>, order: (a, b) => a.symbol.localeCompare(b.symbol) },
      { id: "owner", header: shared.owner, cell: (row) => <Person did={row.owner} />, order: (a, b) => people(a.owner).name.localeCompare(people(b.owner).name) },
      { id: "return", header: shared.return, align: "end", cell: (row) => <Gain value={row.return_percent} />, order: byDecimal((row) => row.return_percent) },
      { id: "weight", header: shared.weight, align: "end", cell: (row) => <Percent value={row.weight_percent} />, order: byDecimal((row) => row.weight_percent) },
      { id: "price", header: shared.price, align: "end", cell: (row) => <Price value={row.price} currency={row.currency} /> },
      ...(withSums ? [value] : []),
    ];
  }, [words, people, withSums]);
  return (
    <DataTable
      label={words.shared.holdings}
      rows={holdings}
      columns={columns}
      rowId={(row) => row.id}
      to={(row) => `/instruments/${encodeURIComponent(row.symbol)}`}
      card={(row) => (
        <div className={classes.holding}>
          <span className={classes.holdingHead}>
            <strong>{row.symbol}</strong>
            <Person did={row.owner} size={18} />
          </span>
          <span className={classes.holdingFigures}>
            <Gain value={row.return_percent} />
            <span className={classes.quiet}>
              {words.shared.weight} <Percent value={row.weight_percent} />
            </span>
          </span>
        </div>
      )}
    />
  );
}
