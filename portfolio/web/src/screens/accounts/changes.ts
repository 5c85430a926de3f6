/** Opening, changing and closing an account, each with a way back. */

import { useChange, type Changing } from "../../api/change";
import { api, written, type Written } from "../../api/client";
import { keys } from "../../api/queries";
import type { Account, AccountIn, AccountPatch } from "../../api/types";
import { useUndo, wayBack } from "../../api/undo";
import { useWords } from "../../i18n";

const TOUCHED = [keys.accounts, keys.transactions, keys.holdings, keys.portfolio];
const one = (id: string) => ({ params: { path: { id } } });

export function useAccountChanges() {
  const words = useWords().accounts;
  const undo = useUndo();
  const shown = (name: string) => (name === "" ? words.unnamed : name);
  const add: Changing<AccountIn, Written<Account>> = useChange({
    send: (body) => written(api.POST("/api/v1/accounts", { body })),
    stale: () => TOUCHED,
    quiet: true,
    said: (_sent, { answer, write }) => ({ message: words.opened(shown(answer.name)), ...wayBack(undo, write) }),
  });
  const amend: Changing<{ id: string; patch: AccountPatch }, Written<Account>> = useChange({
    send: ({ id, patch }) => written(api.PATCH("/api/v1/accounts/{id}", { ...one(id), body: patch })),
    stale: () => TOUCHED,
    quiet: true,
    said: (_sent, { answer, write }) => ({ message: words.changed(shown(answer.name)), ...wayBack(undo, write) }),
  });
  const close: Changing<Account, Written<undefined>> = useChange({
    send: ({ id }) => written(api.DELETE("/api/v1/accounts/{id}", one(id))),
    stale: () => TOUCHED,
    said: ({ name }, { write }) => ({ message: words.closed(shown(name)), ...wayBack(undo, write) }),
  });
  return { add, amend, close };
}
