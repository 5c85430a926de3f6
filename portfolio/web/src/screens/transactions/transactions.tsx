/** The ledger: what was bought, sold and received, with its form in a dialog. */

import { Button, Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPlus, IconReceipt, IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { queries } from "../../api/queries";
import { useSettings } from "../../api/session";
import type { Transaction } from "../../api/types";
import { useSpoken, useWords } from "../../i18n";
import { localDay, useNow } from "../../lib/time";
import { useAddress } from "../../ui/address";
import { DataTable } from "../../ui/data-table";
import { EmptyState, Loaded, PageHeader } from "../../ui/page";
import { SkeletonRows } from "../../ui/skeletons";
import { useLedgerChanges } from "./changes";
import { LedgerCard, ledgerColumns } from "./columns";
import { Editor } from "./editor";
import { KINDS, draftOf, emptyDraft, type Kind } from "./form";
import classes from "./transactions.module.css";

export default function Transactions() {
  const { words } = useSpoken();
  const address = useAddress();
  const symbol = address.read("symbol") ?? "";
  const [wanted] = useDebouncedValue(symbol.trim().toUpperCase(), 200);
  const ledger = useInfiniteQuery(queries.transactions(wanted === "" ? {} : { symbol: wanted }));
  const [kind, setKind] = useState<Kind | null>(null);
  const all = useMemo(() => ledger.data?.pages.flatMap((page) => page.items), [ledger.data]);
  return (
    <>
      <PageHeader title={words.transactions.title} lead={words.transactions.lead}>
        <AddButton />
      </PageHeader>
      <div className={classes.tools}>
        <TextInput
          aria-label={words.transactions.filterBySymbol}
          placeholder={words.transactions.symbol}
          leftSection={<IconSearch size={16} stroke={1.8} aria-hidden />}
          value={symbol}
          w={160}
          onChange={(event) => {
            address.write({ symbol: event.currentTarget.value || null });
          }}
        />
        <Select
          aria-label={words.transactions.kind}
          placeholder={words.transactions.all}
          clearable
          w={160}
          data={KINDS.map((value) => ({ value, label: words.transactions.kinds[value] }))}
          value={kind}
          onChange={setKind}
        />
        {all !== undefined && (
          <span className={classes.count} aria-live="polite">
            {words.transactions.count(all.length)}
          </span>
        )}
      </div>
      <Loaded query={{ ...ledger, data: all }} skeleton={<SkeletonRows rows={10} height={46} />}>
        {(rows) => (
          <Ledger rows={rows.filter((row) => kind === null || row.kind === kind)} filtered={kind !== null || symbol !== ""} />
        )}
      </Loaded>
      {ledger.hasNextPage && (
        <div className={classes.footer}>
          <Button variant="default" loading={ledger.isFetchingNextPage} onClick={() => void ledger.fetchNextPage()}>
            {words.common.loadMore}
          </Button>
        </div>
      )}
      <Dialogs rows={all ?? []} />
    </>
  );
}

function AddButton() {
  const words = useWords();
  const address = useAddress();
  return (
    <Button
      leftSection={<IconPlus size={16} stroke={2} />}
      onClick={() => {
        address.write({ new: "" });
      }}
    >
      {words.transactions.add}
    </Button>
  );
}

function Ledger({ rows, filtered }: { rows: readonly Transaction[]; filtered: boolean }) {
  const { words, locale } = useSpoken();
  const address = useAddress();
  const columns = useMemo(() => ledgerColumns(words, locale), [words, locale]);
  if (rows.length === 0) {
    const { emptyTitle, emptyText, nothingFits, nothingFitsText } = words.transactions;
    return filtered ? (
      <EmptyState icon={IconSearch} title={nothingFits} text={nothingFitsText} />
    ) : (
      <EmptyState icon={IconReceipt} title={emptyTitle} text={emptyText}>
        <AddButton />
      </EmptyState>
    );
  }
  return (
    <DataTable
      label={words.transactions.title}
      rows={rows}
      columns={columns}
      rowId={(row) => row.id}
      sorted={{ id: "date", desc: true }}
      card={(row) => <LedgerCard row={row} />}
      onOpen={(row) => {
        address.write({ edit: row.id });
      }}
    />
  );
}

/** The form: `?new` (with `symbol`, if the list is filtered by one) or `?edit=<id>`. */
function Dialogs({ rows }: { rows: readonly Transaction[] }) {
  const words = useWords().transactions;
  const { currency } = useSettings();
  const today = localDay(useNow());
  const address = useAddress();
  const { add, amend, remove } = useLedgerChanges();
  const edited = rows.find((row) => row.id === address.read("edit"));
  const close = () => {
    address.write({ new: null, edit: null });
  };
  if (edited !== undefined) {
    return (
      <Editor
        key={edited.id}
        title={words.editTitle}
        begun={draftOf(edited)}
        existing={edited}
        onSave={(sent) => amend.mutateAsync({ before: edited, sent })}
        onDelete={() => {
          close();
          remove.mutate(edited);
        }}
        onClose={close}
      />
    );
  }
  if (address.read("new") === null) {
    return null;
  }
  return (
    <Editor
      title={words.add}
      begun={emptyDraft(currency, today, { symbol: address.read("symbol") ?? "" })}
      existing={null}
      onSave={(sent) => add.mutateAsync(sent)}
      onDelete={null}
      onClose={close}
    />
  );
}
