/** The rows of the files: what is new, what is known already, what was not understood and why. */

import { Button, SegmentedControl } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { Import, ImportRow } from "../../api/types";
import { useSpoken, type Words } from "../../i18n";
import { day } from "../../lib/time";
import { Amount, Price } from "../../ui/amount";
import { DataTable, type Column } from "../../ui/data-table";
import { Loaded, Section } from "../../ui/page";
import { SkeletonRows } from "../../ui/skeletons";
import { KINDS } from "../transactions/form";
import { STATUSES, imports, type Status } from "./api";
import classes from "./import.module.css";

export function Rows({ found }: { found: Import }) {
  const { words } = useSpoken();
  const some = STATUSES.filter((status) => found[status] > 0);
  const [chosen, setChosen] = useState<Status>("new");
  const status = some.includes(chosen) ? chosen : some[0];
  if (status === undefined) {
    return null;
  }
  return (
    <Section
      title={words.imports.rows}
      aside={
        found.rejected > 0 ? (
          <Button
            component="a"
            href={`/api/v1/imports/${found.id}/rejected.csv`}
            download
            size="compact-sm"
            variant="subtle"
            leftSection={<IconDownload size={14} stroke={1.8} />}
          >
            {words.imports.downloadRejected}
          </Button>
        ) : undefined
      }
    >
      <div className={classes.tabs}>
        <SegmentedControl
          size="xs"
          aria-label={words.imports.rows}
          value={status}
          onChange={setChosen}
          data={some.map((value) => ({ value, label: `${words.imports.statuses[value]} (${found[value]})` }))}
        />
      </div>
      <Listed found={found} status={status} />
    </Section>
  );
}

function Listed({ found, status }: { found: Import; status: Status }) {
  const { words, locale } = useSpoken();
  const rows = useQuery(imports.rows(found.id, status, found.updated));
  const taken = status === "new" || status === "known";
  const columns = useMemo(() => (taken ? takenColumns(words, locale) : leftColumns(words)), [taken, words, locale]);
  return (
    <Loaded query={rows} skeleton={<SkeletonRows rows={6} />}>
      {(page) => (
        <>
          <DataTable
            label={words.imports.statuses[status]}
            rows={page.items}
            columns={columns}
            rowId={(row) => String(row.n)}
            card={(row) => <RowCard row={row} />}
          />
          {page.next !== null && <p className={classes.quiet}>{words.imports.first(page.items.length)}</p>}
        </>
      )}
    </Loaded>
  );
}

function kindName(row: ImportRow, words: Words): string {
  const known = KINDS.find((kind) => kind === row.kind);
  return known === undefined ? (row.kind ?? "") : words.transactions.kinds[known];
}

function takenColumns(words: Words, locale: string): readonly Column<ImportRow>[] {
  const { transactions } = words;
  return [
    { id: "kind", header: transactions.kind, cell: (row) => kindName(row, words) },
    { id: "symbol", header: transactions.symbol, cell: (row) => <strong>{row.symbol ?? row.currency}</strong> },
    { id: "date", header: transactions.date, cell: (row) => (row.date === null ? "" : day(row.date, locale)) },
    { id: "quantity", header: transactions.quantity, align: "end", cell: (row) => <Amount value={row.quantity} /> },
    { id: "price", header: transactions.price, align: "end", cell: (row) => <Price value={row.price} /> },
    {
      id: "amount",
      header: transactions.amount,
      align: "end",
      cell: (row) => <Amount value={row.amount} {...(row.currency !== null && { currency: row.currency })} />,
    },
    { id: "account", header: transactions.account, from: "wide", cell: (row) => row.account },
  ];
}

function leftColumns(words: Words): readonly Column<ImportRow>[] {
  const { imports: text } = words;
  return [
    { id: "line", header: text.line, align: "end", cell: (row) => row.line },
    { id: "reason", header: text.reason, cell: (row) => row.reason },
    {
      id: "where",
      header: text.column,
      from: "medium",
      cell: (row) => (row.column === "" ? "" : `${row.column}: ${row.text}`),
    },
    { id: "cells", header: text.row, from: "medium", cell: (row) => <code className={classes.cells}>{row.cells.join(" | ")}</code> },
  ];
}

function RowCard({ row }: { row: ImportRow }) {
  const { words, locale } = useSpoken();
  if (row.reason !== "") {
    return (
      <div>
        <strong>{words.imports.lineNumber(row.line)}</strong> {row.reason}
      </div>
    );
  }
  return (
    <div className={classes.card}>
      <strong>
        {kindName(row, words)} {row.symbol ?? row.currency}
      </strong>
      <span>{row.date === null ? "" : day(row.date, locale)}</span>
    </div>
  );
}
