/** Open lots and closed ones of one instrument; each figure opens to how it came about. */

import { Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, type ReactNode } from "react";
import { queries } from "../../api/queries";
import type { OpenLot } from "../../api/types";
import { useSpoken, useWords, type Words } from "../../i18n";
import { compare } from "../../lib/decimal";
import { day } from "../../lib/time";
import { Amount, Gain, Price } from "../../ui/amount";
import { DataTable, type Column } from "../../ui/data-table";
import { Explained } from "../../ui/explain";
import { Card, Loaded, Section } from "../../ui/page";
import { SkeletonRows } from "../../ui/skeletons";
import classes from "./gains.module.css";
import { Sales } from "./sales";

export function Lots({ symbol }: { symbol: string }) {
  const words = useWords().gains;
  const open = useQuery(queries.lots({ symbol }));
  const closed = useQuery(queries.gains({ symbol }));
  if (open.data?.length === 0 && closed.data?.items.length === 0) {
    return null; // never traded: the ledger beneath says so
  }
  return (
    <Section title={words.lots}>
      <Tabs defaultValue="open" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="open">{words.openLots}</Tabs.Tab>
          <Tabs.Tab value="closed">{words.closedLots}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="open" className={classes.panel}>
          <Loaded query={open} skeleton={<SkeletonRows rows={3} height={46} />}>
            {(rows) => (rows.length === 0 ? <None>{words.noOpenLots}</None> : <OpenLots rows={rows} />)}
          </Loaded>
        </Tabs.Panel>
        <Tabs.Panel value="closed" className={classes.panel}>
          <Loaded query={closed} skeleton={<SkeletonRows rows={3} height={46} />}>
            {(found) =>
              found.items.length === 0 ? (
                <None>{words.noClosedLots}</None>
              ) : (
                <Sales rows={found.items} currency={found.currency} label={words.closedLots} single />
              )
            }
          </Loaded>
        </Tabs.Panel>
      </Tabs>
    </Section>
  );
}

function None({ children }: { children: string }) {
  return (
    <Card>
      <p className={classes.none}>{children}</p>
    </Card>
  );
}

function OpenLots({ rows }: { rows: readonly OpenLot[] }) {
  const { words, locale } = useSpoken();
  const several = new Set(rows.map(({ account }) => account)).size > 1;
  const columns = useMemo(() => columnsOf(words.gains, locale, several), [words, locale, several]);
  return (
    <DataTable
      label={words.gains.openLots}
      rows={rows}
      columns={columns}
      rowId={(row) => `${row.account} ${row.transaction} ${row.date}`}
      sorted={{ id: "date", desc: false }}
      card={(row) => <LotCard row={row} words={words.gains} locale={locale} />}
    />
  );
}

function Opens({ row, figure, children }: { row: OpenLot; figure: string; children: ReactNode }) {
  const { transaction, symbol, account } = row;
  return (
    <Explained figure={`lots.${figure}`} asked={{ transaction, symbol, account }}>
      {children}
    </Explained>
  );
}

function columnsOf(words: Words["gains"], locale: string, several: boolean): readonly Column<OpenLot>[] {
  return [
    {
      id: "date",
      header: words.bought,
      order: (a, b) => a.date.localeCompare(b.date),
      cell: (row) => <time dateTime={row.date}>{day(row.date, locale)}</time>,
    },
    ...(several
      ? [{ id: "account", header: words.account, from: "wide", cell: (row) => row.account || words.noAccount } satisfies Column<OpenLot>]
      : []),
    {
      id: "quantity",
      header: words.quantity,
      align: "end",
      order: (a, b) => compare(a.quantity, b.quantity),
      cell: (row) => (
        <Opens row={row} figure="quantity">
          <Amount value={row.quantity} form={{ max: 6 }} />
        </Opens>
      ),
    },
    {
      id: "unit_cost",
      header: words.unitCost,
      align: "end",
      from: "medium",
      order: (a, b) => compare(a.unit_cost, b.unit_cost),
      cell: (row) => (
        <Opens row={row} figure="unit_cost">
          <Price value={row.unit_cost} form={{ max: 4 }} />
        </Opens>
      ),
    },
    {
      id: "cost",
      header: words.cost,
      align: "end",
      order: (a, b) => compare(a.cost, b.cost),
      cell: (row) => (
        <Opens row={row} figure="cost">
          <Amount value={row.cost} currency={row.currency} />
        </Opens>
      ),
    },
    {
      id: "gain",
      header: words.gain,
      align: "end",
      order: (a, b) => compare(a.gain ?? "0", b.gain ?? "0"),
      cell: (row) =>
        row.gain === null ? (
          <span title={row.reason ?? undefined}>
            <Gain value={null} />
          </span>
        ) : (
          <Opens row={row} figure="gain">
            <Gain value={row.gain} currency={row.currency} />
          </Opens>
        ),
    },
    { id: "days", header: words.held, align: "end", order: (a, b) => a.days - b.days, cell: (row) => words.days(row.days) },
  ];
}

function LotCard({ row, words, locale }: { row: OpenLot; words: Words["gains"]; locale: string }) {
  return (
    <div className={classes.card}>
      <strong>{day(row.date, locale)}</strong>
      <span className={classes.end}>
        <Opens row={row} figure="gain">
          <Gain value={row.gain} currency={row.currency} />
        </Opens>
      </span>
      <span className={classes.quiet}>
        <Amount value={row.quantity} form={{ max: 6 }} /> × <Price value={row.unit_cost} form={{ max: 4 }} />
      </span>
      <span className={`${classes.quiet} ${classes.end}`}>{words.days(row.days)}</span>
    </div>
  );
}
