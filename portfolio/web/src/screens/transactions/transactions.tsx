/** The ledger: what was bought, sold and received, with its form in a dialog. */

import { Button, Select, TextInput } from "@mantine/core";
import { useDebouncedValue, useIntersection } from "@mantine/hooks";
import { IconFileImport, IconPlus, IconReceipt, IconSearch } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { Link } from "react-router";
import { queries, type LedgerFilter } from "../../api/queries";
import { useSettings } from "../../api/session";
import type { Transaction } from "../../api/types";
import { useSpoken, useWords } from "../../i18n";
import { localDay, useNow } from "../../lib/time";
import { useAddress } from "../../ui/address";
import { DataTable } from "../../ui/data-table";
import { EmptyState, Loaded, PageHeader } from "../../ui/page";
import { SkeletonRows } from "../../ui/skeletons";
import { BulkBar } from "./bulk";
import { useLedgerChanges } from "./changes";
import { LedgerCard, ledgerColumns, selectColumn } from "./columns";
import { Editor } from "./editor";
import { KINDS, draftOf, emptyDraft, type Kind } from "./form";
import classes from "./transactions.module.css";

const NONE: ReadonlySet<string> = new Set();

function isKind(text: string | null): text is Kind {
  return KINDS.some((kind) => kind === text);
}

function useFilter(): LedgerFilter {
  const address = useAddress();
  const [text] = useDebouncedValue((address.read("symbol") ?? "").trim(), 200);
  const [kind, importId, account] = [address.read("kind"), address.read("import"), address.read("account")];
  return {
    ...(text !== "" && { text }),
    ...(isKind(kind) && { kind }),
    ...(importId !== null && { import_id: importId }),
    ...(account !== null && { account }),
  };
}

export default function Transactions() {
  const { words } = useSpoken();
  const filter = useFilter();
  const ledger = useInfiniteQuery(queries.transactions(filter));
  const [selected, setSelected] = useState<ReadonlySet<string> | null>(null);
  const all = useMemo(() => ledger.data?.pages.flatMap((page) => page.items), [ledger.data]);
  return (
    <>
      <PageHeader title={words.transactions.title} lead={words.transactions.lead}>
        <Button component={Link} to="/import" variant="default" leftSection={<IconFileImport size={16} stroke={1.8} />}>
          {words.transactions.importFiles}
        </Button>
        <AddButton />
      </PageHeader>
      <Tools shown={all?.length} selecting={selected !== null} onSelect={setSelected} />
      {selected !== null && (
        <BulkBar
          selected={selected}
          rows={all ?? []}
          onDone={() => {
            setSelected(null);
          }}
        />
      )}
      <Loaded query={{ ...ledger, data: all }} skeleton={<SkeletonRows rows={10} height={46} />}>
        {(rows) => (
          <Ledger rows={rows} filtered={Object.keys(filter).length > 0} selected={selected} onSelect={setSelected} />
        )}
      </Loaded>
      {ledger.hasNextPage && (
        <More loading={ledger.isFetchingNextPage} onMore={() => void ledger.fetchNextPage()} />
      )}
      <Dialogs rows={all ?? []} />
    </>
  );
}

interface Selecting {
  readonly onSelect: (selected: ReadonlySet<string> | null) => void;
}

function Tools({ shown, selecting, onSelect }: Selecting & { shown: number | undefined; selecting: boolean }) {
  const words = useWords().transactions;
  const address = useAddress();
  const kind = address.read("kind");
  return (
    <div className={classes.tools}>
      <TextInput
        aria-label={words.search}
        placeholder={words.search}
        leftSection={<IconSearch size={16} stroke={1.8} aria-hidden />}
        value={address.read("symbol") ?? ""}
        w={280}
        onChange={(event) => {
          address.write({ symbol: event.currentTarget.value || null });
        }}
      />
      <Select
        aria-label={words.kind}
        placeholder={words.all}
        clearable
        w={190}
        data={KINDS.map((value) => ({ value, label: words.kinds[value] }))}
        value={isKind(kind) ? kind : null}
        onChange={(value) => {
          address.write({ kind: value });
        }}
      />
      {shown !== undefined && shown > 0 && (
        <Button
          variant="subtle"
          color="gray"
          onClick={() => {
            onSelect(selecting ? null : NONE);
          }}
        >
          {selecting ? words.selectNone : words.select}
        </Button>
      )}
      {shown !== undefined && (
        <span className={classes.count} aria-live="polite">
          {words.count(shown)}
        </span>
      )}
    </div>
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

interface LedgerProps extends Selecting {
  readonly rows: readonly Transaction[];
  readonly filtered: boolean;
  readonly selected: ReadonlySet<string> | null;
}

function Ledger({ rows, filtered, selected, onSelect }: LedgerProps) {
  const { words, locale } = useSpoken();
  const address = useAddress();
  const columns = useMemo(() => {
    const found = ledgerColumns(words, locale);
    return selected === null ? found : [...found, selectColumn(words, selected, onSelect)];
  }, [words, locale, selected, onSelect]);
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

/** The rest of a long ledger comes as one scrolls towards it; the button is for the keyboard. */
function More({ loading, onMore }: { loading: boolean; onMore: () => void }) {
  const words = useWords().common;
  const { ref, entry } = useIntersection({ rootMargin: "1200px" });
  const near = entry?.isIntersecting === true;
  useEffect(() => {
    if (near && !loading) {
      onMore();
    }
  }, [near, loading, onMore]);
  return (
    <div className={classes.footer} ref={ref}>
      <Button variant="default" loading={loading} onClick={onMore}>
        {words.loadMore}
      </Button>
    </div>
  );
}

/** The form: `?new` (or `?new=sell`, with `symbol` and `account` if the list is filtered by one) or `?edit=<id>`. */
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
  const asked = address.read("new");
  if (asked === null) {
    return null;
  }
  return (
    <Editor
      title={words.add}
      begun={emptyDraft(currency, today, {
        symbol: address.read("symbol") ?? "",
        account: address.read("account") ?? "",
        ...(isKind(asked) && { kind: asked }),
      })}
      existing={null}
      onSave={(sent) => add.mutateAsync(sent)}
      onDelete={null}
      onClose={close}
    />
  );
}
