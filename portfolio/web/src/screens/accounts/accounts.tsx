/** Accounts: where transactions belong, with their cash and the lots that sales in them take. */

import { Button } from "@mantine/core";
import { IconBuildingBank, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { queries } from "../../api/queries";
import type { Account } from "../../api/types";
import { useWords, type Words } from "../../i18n";
import { useAddress } from "../../ui/address";
import { Amount } from "../../ui/amount";
import { RemarkChip } from "../../ui/chips";
import { DataTable, type Column } from "../../ui/data-table";
import { EmptyState, Loaded, PageHeader } from "../../ui/page";
import { SkeletonRows } from "../../ui/skeletons";
import classes from "./accounts.module.css";
import { AccountEditor } from "./editor";

export default function Accounts() {
  const words = useWords().accounts;
  const accounts = useQuery(queries.accounts());
  const address = useAddress();
  const add = (
    <Button
      leftSection={<IconPlus size={16} stroke={2} />}
      onClick={() => {
        address.write({ new: "" });
      }}
    >
      {words.add}
    </Button>
  );
  const close = () => {
    address.write({ new: null, edit: null });
  };
  const edited = accounts.data?.find(({ id, sample }) => id === address.read("edit") && !sample);
  return (
    <>
      <PageHeader title={words.title} lead={words.lead}>
        {add}
      </PageHeader>
      <Loaded query={accounts} skeleton={<SkeletonRows rows={4} height={46} />}>
        {(list) =>
          list.length === 0 ? (
            <EmptyState icon={IconBuildingBank} title={words.emptyTitle} text={words.emptyText}>
              {add}
            </EmptyState>
          ) : (
            <Table rows={list} />
          )
        }
      </Loaded>
      {edited !== undefined && <AccountEditor key={edited.id} existing={edited} onClose={close} />}
      {edited === undefined && address.read("new") !== null && <AccountEditor existing={null} onClose={close} />}
    </>
  );
}

function Table({ rows }: { rows: readonly Account[] }) {
  const words = useWords();
  const address = useAddress();
  const columns = useMemo(() => columnsOf(words), [words]);
  return (
    <DataTable
      label={words.accounts.title}
      rows={rows}
      columns={columns}
      rowId={(row) => row.id}
      sorted={{ id: "name", desc: false }}
      card={(row) => <AccountCard row={row} words={words} />}
      onOpen={(row) => {
        if (!row.sample) {
          address.write({ edit: row.id });
        }
      }}
    />
  );
}

function columnsOf(words: Words): readonly Column<Account>[] {
  const text = words.accounts;
  return [
    {
      id: "name",
      header: text.name,
      order: (a, b) => a.name.localeCompare(b.name),
      cell: (row) => <Name row={row} words={words} />,
    },
    {
      id: "kind",
      header: text.kind,
      order: (a, b) => text.kinds[a.kind].localeCompare(text.kinds[b.kind]),
      cell: (row) => text.kinds[row.kind],
    },
    { id: "currency", header: text.currency, order: (a, b) => a.currency.localeCompare(b.currency), cell: (row) => row.currency },
    { id: "method", header: text.methodShort, from: "medium", cell: (row) => text.methods[row.method ?? "fifo"] },
    {
      id: "transactions",
      header: text.transactions,
      align: "end",
      order: (a, b) => a.transactions - b.transactions,
      cell: (row) => row.transactions,
    },
    { id: "cash", header: text.cash, align: "end", cell: (row) => <CashOf row={row} words={words} /> },
  ];
}

function Name({ row, words }: { row: Account; words: Words }) {
  return (
    <span className={classes.name}>
      <span className={row.name === "" ? classes.unnamed : ""}>{row.name === "" ? words.accounts.unnamed : row.name}</span>
      {row.sample && <RemarkChip>{words.common.sample}</RemarkChip>}
    </span>
  );
}

function CashOf({ row, words }: { row: Account; words: Words }) {
  if (row.cash.length === 0) {
    return <span className={classes.quiet}>{words.accounts.noCash}</span>;
  }
  return (
    <span className={classes.cash}>
      {row.cash.map(({ currency, amount }) => (
        <Amount key={currency} value={amount} currency={currency} />
      ))}
    </span>
  );
}

function AccountCard({ row, words }: { row: Account; words: Words }) {
  const text = words.accounts;
  return (
    <div className={classes.card}>
      <Name row={row} words={words} />
      <strong className={classes.end}>
        <CashOf row={row} words={words} />
      </strong>
      <span className={classes.quiet}>
        {text.kinds[row.kind]} · {text.methods[row.method ?? "fifo"]}
      </span>
      <span className={`${classes.quiet} ${classes.end}`}>{text.count(row.transactions)}</span>
    </div>
  );
}
