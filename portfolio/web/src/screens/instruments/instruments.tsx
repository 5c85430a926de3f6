/** Instruments: all that I own, traded or plan, with what is written down about each. */

import { ActionIcon, Button, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPencil, IconPlus, IconSearch, IconTags } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { queries } from "../../api/queries";
import type { Instrument } from "../../api/types";
import { useSpoken, useWords, type Words } from "../../i18n";
import { day } from "../../lib/time";
import { useAddress } from "../../ui/address";
import { Price } from "../../ui/amount";
import { DataTable, type Column } from "../../ui/data-table";
import { EmptyState, Loaded, PageHeader } from "../../ui/page";
import { SkeletonRows } from "../../ui/skeletons";
import { InstrumentEditor } from "./editor";
import classes from "./instruments.module.css";

export default function Instruments() {
  const words = useWords().instruments;
  const address = useAddress();
  const [text, setText] = useState("");
  const [wanted] = useDebouncedValue(text.trim(), 200);
  const instruments = useQuery(queries.allInstruments(wanted));
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
  const edited = instruments.data?.find(({ symbol }) => symbol === address.read("edit"));
  return (
    <>
      <PageHeader title={words.title} lead={words.lead}>
        {add}
      </PageHeader>
      <div className={classes.tools}>
        <TextInput
          aria-label={words.search}
          placeholder={words.search}
          leftSection={<IconSearch size={16} stroke={1.8} aria-hidden />}
          value={text}
          w={280}
          onChange={(event) => {
            setText(event.currentTarget.value);
          }}
        />
        {instruments.data !== undefined && (
          <span className={classes.count} aria-live="polite">
            {words.count(instruments.data.length)}
          </span>
        )}
      </div>
      <Loaded query={instruments} skeleton={<SkeletonRows rows={6} height={46} />}>
        {(list) => {
          if (list.length > 0) {
            return <Table rows={list} />;
          }
          return wanted === "" ? (
            <EmptyState icon={IconTags} title={words.emptyTitle} text={words.emptyText}>
              {add}
            </EmptyState>
          ) : (
            <EmptyState icon={IconSearch} title={words.nothingFits} text={words.nothingFitsText} />
          );
        }}
      </Loaded>
      {edited !== undefined && <InstrumentEditor key={edited.symbol} existing={edited} onClose={close} />}
      {edited === undefined && address.read("new") !== null && <InstrumentEditor existing={null} onClose={close} />}
    </>
  );
}

function Table({ rows }: { rows: readonly Instrument[] }) {
  const { words, locale } = useSpoken();
  const address = useAddress();
  const columns = useMemo(
    () =>
      columnsOf(words.instruments, locale, (symbol) => {
        address.write({ edit: symbol });
      }),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the address is new with every render
    [words, locale],
  );
  return (
    <DataTable
      label={words.instruments.title}
      rows={rows}
      columns={columns}
      rowId={(row) => row.symbol}
      to={(row) => `/instruments/${encodeURIComponent(row.symbol)}`}
      card={(row) => <InstrumentCard row={row} />}
    />
  );
}

function columnsOf(words: Words["instruments"], locale: string, edit: (symbol: string) => void): readonly Column<Instrument>[] {
  const text = (id: "isin" | "mic" | "region", from: "medium" | "wide"): Column<Instrument> => ({
    id,
    header: words[id],
    from,
    order: (a, b) => (a[id] ?? "").localeCompare(b[id] ?? ""),
    cell: (row) => <Known value={row[id]} />,
  });
  return [
    {
      id: "symbol",
      header: words.symbol,
      order: (a, b) => a.symbol.localeCompare(b.symbol),
      cell: (row) => <Named row={row} />,
    },
    {
      id: "class",
      header: words.kind,
      order: (a, b) => kindOf(a, words).localeCompare(kindOf(b, words)),
      cell: (row) => <Known value={kindOf(row, words)} />,
    },
    {
      id: "currency",
      header: words.currency,
      order: (a, b) => (a.currency ?? "").localeCompare(b.currency ?? ""),
      cell: (row) => <Known value={currencyOf(row, words)} />,
    },
    text("isin", "medium"),
    text("mic", "wide"),
    text("region", "wide"),
    { id: "tags", header: words.tags, from: "medium", cell: (row) => <Known value={row.tags.join(", ")} /> },
    {
      id: "price",
      header: words.price,
      align: "end",
      cell: (row) => (
        <span title={row.price_date === null ? undefined : day(row.price_date, locale)}>
          <Price value={row.price} />
        </span>
      ),
    },
    {
      id: "edit",
      header: words.change,
      align: "end",
      cell: (row) => (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={words.editOf(row.symbol)}
          onClick={() => {
            edit(row.symbol);
          }}
        >
          <IconPencil size={16} stroke={1.7} />
        </ActionIcon>
      ),
    },
  ];
}

function kindOf(row: Instrument, words: Words["instruments"]): string {
  return row.class === null ? "" : words.kinds[row.class];
}

function currencyOf(row: Instrument, words: Words["instruments"]): string {
  const currency = row.currency ?? "";
  return row.unit === 1 || currency === "" ? currency : words.inPence(currency);
}

function Known({ value }: { value: string | null }) {
  const words = useWords().instruments;
  return value === null || value === "" ? (
    <span className={classes.quiet}>
      <span aria-hidden>–</span>
      <span className="sr-only">{words.unknown}</span>
    </span>
  ) : (
    value
  );
}

function Named({ row }: { row: Instrument }) {
  return (
    <span className={classes.named}>
      <strong>{row.symbol}</strong>
      {row.name !== null && <span className={classes.quiet}>{row.name}</span>}
    </span>
  );
}

function InstrumentCard({ row }: { row: Instrument }) {
  const words = useWords().instruments;
  const about = [kindOf(row, words), row.isin, row.region, ...row.tags].filter(Boolean).join(" · ");
  return (
    <div className={classes.card}>
      <Named row={row} />
      <span className={classes.end}>
        <Price value={row.price} {...(row.currency !== null && { currency: row.currency })} />
      </span>
      <span className={classes.quiet}>{about}</span>
    </div>
  );
}
