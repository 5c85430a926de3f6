/** The form of a transaction, new or changed, in a dialog. */

import { Button, Collapse, Group, Modal, SegmentedControl, Select, Stack, TextInput, Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown } from "@tabler/icons-react";
import { useState, type ReactNode, type SubmitEvent } from "react";
import type { Transaction, TransactionIn } from "../../api/types";
import { explain } from "../../api/problem";
import { useSpoken, useWords } from "../../i18n";
import { currencyChoices } from "../../lib/currencies";
import { Amount } from "../../ui/amount";
import { DecimalField } from "../../ui/decimal-field";
import { faultsOf } from "../../ui/faults";
import { KINDS, isComplete, sentOf, totalOf, type Draft } from "./form";
import classes from "./transactions.module.css";

interface EditorProps {
  readonly title: string;
  readonly begun: Draft;
  readonly existing: Transaction | null;
  readonly onSave: (sent: TransactionIn) => Promise<unknown>;
  readonly onDelete: (() => void) | null;
  readonly onClose: () => void;
}

export function Editor({ title, begun, existing, onSave, onDelete, onClose }: EditorProps) {
  const words = useWords();
  const [draft, setDraft] = useState(begun);
  const [failed, setFailed] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const faults = faultsOf(failed);
  const set = (change: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...change }));
  };
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await onSave(sentOf(draft));
      onClose();
    } catch (error) {
      setFailed(error);
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={title} size="md" closeButtonProps={{ "aria-label": words.common.close }}>
      <form onSubmit={(event) => void save(event)} noValidate>
        <Stack gap="md">
          <SegmentedControl
            fullWidth
            aria-label={words.transactions.kind}
            value={draft.kind}
            onChange={(kind) => {
              set({ kind });
            }}
            data={KINDS.map((kind) => ({ value: kind, label: words.transactions.kinds[kind] }))}
          />
          <Fields draft={draft} set={set} faults={faults} />
          {failed !== null && Object.keys(faults).length === 0 && <Refusal error={failed} />}
          <Group justify="space-between" mt={4}>
            {onDelete === null ? (
              <span />
            ) : (
              <Button variant="subtle" color="vermilion" onClick={onDelete}>
                {words.common.delete}
              </Button>
            )}
            <Button type="submit" loading={busy} disabled={!isComplete(draft)}>
              {existing === null ? words.transactions.saveNew : words.common.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

interface FieldsProps {
  readonly draft: Draft;
  readonly set: (change: Partial<Draft>) => void;
  readonly faults: Readonly<Record<string, string>>;
}

function Fields({ draft, set, faults }: FieldsProps) {
  const words = useWords().transactions;
  const { locale } = useSpoken();
  return (
    <>
      <Group grow align="flex-start">
        <TextInput
          label={words.symbol}
          data-autofocus
          autoComplete="off"
          autoCapitalize="characters"
          maxLength={32}
          value={draft.symbol}
          error={faults.symbol}
          onChange={(event) => {
            set({ symbol: event.currentTarget.value });
          }}
        />
        <TextInput
          type="date"
          label={words.date}
          value={draft.date}
          error={faults.date}
          onChange={(event) => {
            set({ date: event.currentTarget.value });
          }}
        />
      </Group>
      <Numbers draft={draft} set={set} faults={faults} />
      {draft.kind !== "split" && (
        <Group grow align="flex-end">
          <Select
            label={words.currency}
            searchable
            allowDeselect={false}
            data={currencyChoices(locale)}
            value={draft.currency}
            error={faults.currency}
            onChange={(currency) => {
              set({ currency: currency ?? draft.currency });
            }}
          />
          <Total draft={draft} />
        </Group>
      )}
      <More draft={draft} set={set} faults={faults} />
    </>
  );
}

function Numbers({ draft, set, faults }: FieldsProps) {
  const words = useWords().transactions;
  const field = (name: "quantity" | "price" | "amount" | "numerator" | "denominator", label: string, hint?: string) => (
    <DecimalField
      label={label}
      description={hint}
      value={draft[name]}
      error={faults[name]}
      onChange={(value) => {
        set({ [name]: value });
      }}
    />
  );
  switch (draft.kind) {
    case "buy":
    case "sell":
      return (
        <Group grow align="flex-start">
          {field("quantity", words.quantity)}
          {field("price", words.price)}
        </Group>
      );
    case "dividend":
      return field("amount", words.amount, words.amountHint);
    case "split":
      return (
        <Group grow align="flex-start">
          {field("numerator", words.numerator)}
          {field("denominator", words.denominator)}
        </Group>
      );
  }
}

function Total({ draft }: { draft: Draft }) {
  const words = useWords().transactions;
  return (
    <div className={classes.total}>
      <span>{words.total}</span>
      <strong>
        <Amount value={totalOf(draft)} currency={draft.currency} />
      </strong>
    </div>
  );
}

/** What few rows need, folded away until somebody does. */
function More({ draft, set, faults }: FieldsProps) {
  const words = useWords().transactions;
  const { fee, tax, account, note } = draft;
  const [opened, { toggle }] = useDisclosure(fee !== null || tax !== null || account !== "" || note !== "");
  const text = (name: "account" | "note", label: string, Input: typeof TextInput | typeof Textarea): ReactNode => (
    <Input
      label={label}
      value={draft[name]}
      error={faults[name]}
      onChange={(event: { currentTarget: { value: string } }) => {
        set({ [name]: event.currentTarget.value });
      }}
    />
  );
  return (
    <div>
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        ml={-8}
        onClick={toggle}
        aria-expanded={opened}
        rightSection={<IconChevronDown size={14} style={{ rotate: opened ? "180deg" : "0deg" }} aria-hidden />}
      >
        {words.more}
      </Button>
      <Collapse expanded={opened}>
        <Stack gap="md" pt="sm">
          {draft.kind !== "split" && (
            <Group grow align="flex-start">
              {(["fee", "tax"] as const).map((name) => (
                <DecimalField
                  key={name}
                  label={words[name]}
                  value={draft[name]}
                  error={faults[name]}
                  onChange={(value) => {
                    set({ [name]: value });
                  }}
                />
              ))}
            </Group>
          )}
          {text("account", words.account, TextInput)}
          {text("note", words.note, Textarea)}
        </Stack>
      </Collapse>
    </div>
  );
}

function Refusal({ error }: { error: unknown }) {
  const { title, detail, next } = explain(error, useWords());
  return (
    <div className={classes.refusal} role="alert">
      <strong>{title}</strong>
      <span>{detail ?? next}</span>
    </div>
  );
}
