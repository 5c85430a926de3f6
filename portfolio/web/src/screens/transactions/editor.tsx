/** The form of a transaction, new or changed, in a dialog. */

import { Button, Collapse, Group, Select, Stack, TagsInput, TextInput, Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import type { Transaction, TransactionIn } from "../../api/types";
import { useSpoken, useWords } from "../../i18n";
import { currencyChoices } from "../../lib/currencies";
import { Amount } from "../../ui/amount";
import { DecimalField } from "../../ui/decimal-field";
import { FormDialog } from "../../ui/form-dialog";
import { KINDS, SHAPES, isComplete, isOfUnits, sentOf, totalOf, type Draft } from "./form";
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
  const set = (change: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...change }));
  };
  return (
    <FormDialog
      title={title}
      action={existing === null ? words.transactions.saveNew : words.common.save}
      ready={isComplete(draft)}
      onSend={() => onSave(sentOf(draft))}
      onClose={onClose}
      aside={
        onDelete !== null && (
          <Button variant="subtle" color="vermilion" onClick={onDelete}>
            {words.common.delete}
          </Button>
        )
      }
    >
      {(faults) => (
        <>
          <Select
            label={words.transactions.kind}
            allowDeselect={false}
            value={draft.kind}
            onChange={(kind) => {
              set({ kind: kind ?? draft.kind });
            }}
            data={KINDS.map((kind) => ({ value: kind, label: words.transactions.kinds[kind] }))}
          />
          <Fields draft={draft} set={set} faults={faults} />
        </>
      )}
    </FormDialog>
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
  const shape = SHAPES[draft.kind];
  const optional = shape === "money" || shape === "transfer";
  return (
    <>
      <Group grow align="flex-start">
        <Word name="symbol" label={optional ? words.symbolIfAny : words.symbol} {...{ draft, set, faults }} />
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
      {shape !== "ratio" && (
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

/** A symbol: short, and in capitals. */
function Word({ name, label, draft, set, faults }: FieldsProps & { name: "symbol" | "into"; label: string }) {
  return (
    <TextInput
      label={label}
      data-autofocus={name === "symbol" ? true : undefined}
      autoComplete="off"
      autoCapitalize="characters"
      maxLength={32}
      value={draft[name]}
      error={faults[name]}
      onChange={(event) => {
        set({ [name]: event.currentTarget.value });
      }}
    />
  );
}

type NumberName = "quantity" | "price" | "amount" | "numerator" | "denominator";

function Numbers(props: FieldsProps) {
  const { draft, set, faults } = props;
  const words = useWords().transactions;
  const field = (name: NumberName, label: string, hint?: string) => (
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
  const pair = (first: ReactNode, second: ReactNode) => (
    <Group grow align="flex-start">
      {first}
      {second}
    </Group>
  );
  const ratio = pair(field("numerator", words.numerator), field("denominator", words.denominator));
  switch (SHAPES[draft.kind]) {
    case "trade":
      return pair(field("quantity", words.quantity), field("price", words.price));
    case "payout":
      return field("amount", words.amount, words.amountHint);
    case "money":
      return field("amount", words.amount);
    case "transfer":
      return (
        <>
          {isOfUnits(draft)
            ? pair(field("quantity", words.quantity), field("price", words.costPerUnit))
            : field("amount", words.amount)}
          {draft.kind === "transfer_out" && (
            <TextInput
              label={words.toAccount}
              description={words.toAccountHint}
              value={draft.toAccount}
              error={faults.to_account}
              onChange={(event) => {
                set({ toAccount: event.currentTarget.value });
              }}
            />
          )}
        </>
      );
    case "ratio":
      return ratio;
    case "merger":
      return (
        <>
          {pair(
            <Word name="into" label={words.into} {...props} />,
            field("amount", words.cashInLieu, words.cashInLieuHint),
          )}
          {ratio}
        </>
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
  const [opened, { toggle }] = useDisclosure(
    fee !== null || tax !== null || account !== "" || note !== "" || draft.tags.length > 0,
  );
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
          {SHAPES[draft.kind] !== "ratio" && SHAPES[draft.kind] !== "merger" && (
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
          <TagsInput
            label={words.tags}
            value={[...draft.tags]}
            error={faults.tags}
            maxTags={32}
            clearButtonProps={{ "aria-label": words.clearTags }}
            onChange={(tags) => {
              set({ tags });
            }}
          />
          {text("note", words.note, Textarea)}
        </Stack>
      </Collapse>
    </div>
  );
}
