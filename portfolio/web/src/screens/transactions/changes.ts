/** Adding, changing and deleting a transaction, each with a way back. */

import type { InfiniteData } from "@tanstack/react-query";
import { useChange, type Changing } from "../../api/change";
import { api, data } from "../../api/client";
import { keys } from "../../api/queries";
import type { Transaction, TransactionIn, TransactionsSet } from "../../api/types";
import { useWords } from "../../i18n";
import { draftOf, sentOf } from "./form";

const LEDGER = [keys.transactions, keys.holdings, keys.portfolio];
type Pages = InfiniteData<{ items: Transaction[]; next: string | null }>;

const post = (body: TransactionIn) => data(api.POST("/api/v1/transactions", { body }));
const one = (id: string) => ({ params: { path: { id } } });

export function useLedgerChanges() {
  const words = useWords().transactions;
  const name = (row: Transaction) => [words.kinds[row.kind], row.symbol ?? row.currency] as const;

  const remove: Changing<Transaction, unknown> = useChange({
    send: ({ id }) => data(api.DELETE("/api/v1/transactions/{id}", one(id))),
    touches: () => [keys.transactions],
    show: (cache, { id }) => {
      cache.setQueriesData<Pages>({ queryKey: keys.transactions }, (found) => found && without(found, id));
    },
    stale: () => LEDGER,
    said: (row) => ({ message: words.deleted(...name(row)), undo: () => add.mutateAsync(sentOf(draftOf(row))) }),
  });
  const add: Changing<TransactionIn, Transaction> = useChange({
    send: post,
    stale: () => LEDGER,
    quiet: true,
    said: (_sent, row) => ({ message: words.added(...name(row)), undo: () => remove.mutateAsync(row) }),
  });
  const amend: Changing<{ before: Transaction; sent: TransactionIn }, Transaction> = useChange({
    send: ({ before, sent }) => data(api.PATCH("/api/v1/transactions/{id}", { ...one(before.id), body: sent })),
    stale: () => LEDGER,
    quiet: true,
    said: ({ before }, after) => ({
      message: words.changed,
      undo: () => amend.mutateAsync({ before: after, sent: sentOf(draftOf(before)) }),
    }),
  });
  return { add, amend, remove };
}

/** One change for many rows, all of them or none. */
export function useBulk(): Changing<TransactionsSet, { changed: number }> {
  const words = useWords().transactions;
  return useChange({
    send: (body) => data(api.POST("/api/v1/transactions/bulk", { body })),
    stale: () => LEDGER,
    said: ({ delete: gone }, { changed }) => ({
      message: gone === true ? words.deletedMany(changed) : words.changedMany(changed),
    }),
  });
}

function without(found: Pages, id: string): Pages {
  const pages = found.pages.map((page) => ({ ...page, items: page.items.filter((row) => row.id !== id) }));
  return { ...found, pages };
}
