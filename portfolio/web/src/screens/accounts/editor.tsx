/** The form of an account, new or changed. */

import { Anchor, Button, Group, Select, TextInput, Textarea } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { useSettings } from "../../api/session";
import type { Account } from "../../api/types";
import { useSpoken } from "../../i18n";
import { currencyChoices } from "../../lib/currencies";
import { FormDialog } from "../../ui/form-dialog";
import classes from "./accounts.module.css";
import { useAccountChanges } from "./changes";

const KINDS = ["broker", "bank", "crypto", "cash", "other"] as const;
const METHODS = ["fifo", "lifo", "hifo", "average", "specific"] as const;

export function AccountEditor({ existing, onClose }: { existing: Account | null; onClose: () => void }) {
  const { words, locale } = useSpoken();
  const text = words.accounts;
  const { currency } = useSettings();
  const { add, amend, close } = useAccountChanges();
  const [draft, setDraft] = useState({
    name: existing?.name ?? "",
    kind: existing?.kind ?? "broker",
    currency: existing?.currency ?? currency,
    method: existing?.method ?? "fifo",
    note: existing?.note ?? "",
  });
  const set = (change: Partial<typeof draft>) => {
    setDraft((before) => ({ ...before, ...change }));
  };
  const sent = { ...draft, name: draft.name.trim(), note: draft.note.trim() };
  return (
    <FormDialog
      title={existing === null ? text.addTitle : text.editTitle(existing.name === "" ? text.unnamed : existing.name)}
      action={existing === null ? words.common.add : words.common.save}
      ready={sent.name !== "" || existing?.name === ""}
      onSend={() => (existing === null ? add.mutateAsync(sent) : amend.mutateAsync({ id: existing.id, patch: sent }))}
      onClose={onClose}
      aside={
        existing !== null && existing.transactions === 0 ? (
          <Button
            variant="subtle"
            color="vermilion"
            onClick={() => {
              onClose();
              close.mutate(existing);
            }}
          >
            {text.close}
          </Button>
        ) : undefined
      }
    >
      {(faults) => (
        <>
          <TextInput
            label={text.name}
            description={existing === null ? undefined : existing.name === "" ? text.unnamedHint : text.renamed}
            data-autofocus
            autoComplete="off"
            maxLength={80}
            value={draft.name}
            error={faults.name}
            onChange={(event) => {
              set({ name: event.currentTarget.value });
            }}
          />
          <Group grow align="flex-start">
            <Select
              label={text.kind}
              allowDeselect={false}
              value={draft.kind}
              data={KINDS.map((value) => ({ value, label: text.kinds[value] }))}
              onChange={(kind) => {
                set({ kind: kind ?? draft.kind });
              }}
            />
            <Select
              label={text.currency}
              searchable
              allowDeselect={false}
              data={currencyChoices(locale)}
              value={draft.currency}
              error={faults.currency}
              onChange={(value) => {
                set({ currency: value ?? draft.currency });
              }}
            />
          </Group>
          <Select
            label={text.method}
            description={existing === null ? undefined : text.methodHint}
            allowDeselect={false}
            value={draft.method}
            error={faults.method}
            data={METHODS.map((value) => ({ value, label: text.methods[value] }))}
            onChange={(method) => {
              set({ method: method ?? draft.method });
            }}
          />
          <Textarea
            label={text.note}
            autosize
            minRows={2}
            maxLength={2000}
            value={draft.note}
            error={faults.note}
            onChange={(event) => {
              set({ note: event.currentTarget.value });
            }}
          />
          {existing !== null && existing.transactions > 0 && (
            <p className={classes.note}>
              {text.cannotClose(existing.transactions)}{" "}
              <Anchor
                component={Link}
                to={`/transactions?account=${encodeURIComponent(existing.name)}`}
                size="sm"
                underline="always"
              >
                {text.show}
              </Anchor>
            </p>
          )}
        </>
      )}
    </FormDialog>
  );
}
