/** What the screens of an import read and do. */

import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { useChange, type Changing } from "../../api/change";
import { api, data, newKey } from "../../api/client";
import { keys } from "../../api/queries";
import type { Import, ImportPatch, ImportRow } from "../../api/types";
import { useWords } from "../../i18n";

const BUSY_MS = 400;
const ROWS = 100;
const LEDGER = [keys.transactions, keys.holdings, keys.portfolio, keys.imports];

export type Status = ImportRow["status"];
export const STATUSES: readonly Status[] = ["new", "rejected", "known", "skipped"];

export function isBusy({ state }: Import): boolean {
  return state === "reading" || state === "importing";
}

export const imports = {
  all: () =>
    queryOptions({
      queryKey: [...keys.imports, "all"],
      queryFn: async () => (await data(api.GET("/api/v1/imports", { params: { query: { limit: 50 } } }))).items,
      refetchOnMount: true,
    }),

  one: (id: string) =>
    queryOptions({
      queryKey: [...keys.imports, id],
      queryFn: () => data(api.GET("/api/v1/imports/{id}", { params: { path: { id } } })),
      refetchInterval: ({ state }) => (state.data !== undefined && isBusy(state.data) ? BUSY_MS : false),
      refetchOnMount: true,
    }),

  rows: (id: string, status: Status, version: string) =>
    queryOptions({
      queryKey: [...keys.imports, id, "rows", status, version],
      queryFn: () =>
        data(
          api.GET("/api/v1/imports/{id}/rows", { params: { path: { id }, query: { status, limit: ROWS } } }),
        ),
    }),
};

/** Files as a form: nothing is turned into text on the way. */
async function upload(files: readonly File[]): Promise<Import> {
  const form = new FormData();
  for (const file of files) {
    form.append("files", file, file.name);
  }
  return data(
    api.POST("/api/v1/imports", {
      body: { files: [] },
      bodySerializer: () => form,
      headers: { "Idempotency-Key": newKey() },
    }),
  );
}

const path = (id: string) => ({ params: { path: { id } } });

export function useUpload(): Changing<readonly File[], Import> {
  return useChange({ send: upload, stale: () => [keys.imports] });
}

export function useImportChanges(id: string) {
  const cache = useQueryClient();
  const words = useWords().imports;
  const keep = (_cache: unknown, answer: Import) => {
    cache.setQueryData([...keys.imports, answer.id], answer);
  };
  const decide: Changing<ImportPatch, Import> = useChange({
    send: (body) => data(api.PATCH("/api/v1/imports/{id}", { ...path(id), body })),
    keep,
  });
  const undo: Changing<void, Import> = useChange({
    send: () => data(api.POST("/api/v1/imports/{id}/undo", path(id))),
    keep,
    stale: () => LEDGER,
    said: () => ({ message: words.undone }),
  });
  const commit: Changing<void, Import> = useChange({
    send: () => data(api.POST("/api/v1/imports/{id}/commit", path(id))),
    keep,
    stale: () => LEDGER,
  });
  const discard: Changing<void, unknown> = useChange({
    send: () => data(api.DELETE("/api/v1/imports/{id}", path(id))),
    stale: () => [keys.imports],
  });
  return { decide, commit, undo, discard };
}
