/** Adding, changing and deleting a transaction, each with a way back. */

import type { InfiniteData } from "@tanstack/react-query";
import { useChange, type Changing } from "../../api/change";
import { api, written, type Written } from "../../api/client";
import { keys } from "../../api/queries";
import type { Transaction, TransactionIn, TransactionsSet } from "../../api/types";
import { useUndo, wayBack } from "../../api/undo";
import { useWords } from "../../i18n";

const LEDGER = [keys.transactions, keys.holdings, keys.portfolio, keys.accounts];
type Pages = InfiniteData<{ items: Transaction[]; next: string | null }>;

const one = (id: string) => ({ params: { path: { id } } });

export function useLedgerChanges() {
  const words = useWords().transactions;
  const undo = useUndo();
  const name = (row: Transaction) => [words.kinds[row.kind], row.symbol ?? row.currency] as const;

  const remove: Changing<Transaction, Written<undefined>> = useChange({
    send: ({ id }) => written(api.DELETE("/api/v1/transactions/{id}", one(id))),
    touches: () => [keys.transactions],
    show: (cache, { id }) => {
      cache.setQueriesData<Pages>({ queryKey: keys.transactions }, (found) => found && without(found, id));
    },
    stale: () => LEDGER,
    said: (row, { write }) => ({ message: words.deleted(...name(row)), ...wayBack(undo, write) }),
  });
  const add: Changing<TransactionIn, Written<Transaction>> = useChange({
    send: (body) => written(api.POST("/api/v1/transactions", { body })),
    stale: () => LEDGER,
    quiet: true,
    said: (_sent, { answer, write }) => ({ message: words.added(...name(answer)), ...wayBack(undo, write) }),
  });
  const amend: Changing<{ before: Transaction; sent: TransactionIn }, Written<Transaction>> = useChange({
    send: ({ before, sent }) => written(api.PATCH("/api/v1/transactions/{id}", { ...one(before.id), body: sent })),
    stale: () => LEDGER,
    quiet: true,
    said: (_sent, { write }) => ({ message: words.changed, ...wayBack(undo, write) }),
  });
  return { add, amend, remove };
}

/** One change for many rows, all of them or none. */
export function useBulk(): Changing<TransactionsSet, Written<{ changed: number }>> {
  const words = useWords().transactions;
  const undo = useUndo();
  return useChange({
    send: (body) => written(api.POST("/api/v1/transactions/bulk", { body })),
    stale: () => LEDGER,
    said: ({ delete: gone }, { answer: { changed }, write }) => ({
      message: gone === true ? words.deletedMany(changed) : words.changedMany(changed),
      ...wayBack(undo, write),
    }),
  });
}

function without(found: Pages, id: string): Pages {
  const pages = found.pages.map((page) => ({ ...page, items: page.items.filter((row) => row.id !== id) }));
  return { ...found, pages };
}
