/** What stands in no file: which account of mine, which instrument, and where units are missing. */

import { Autocomplete, Button, Group, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Import, ImportPatch } from "../../api/types";
import { useWords } from "../../i18n";
import { Amount } from "../../ui/amount";
import { DecimalField } from "../../ui/decimal-field";
import { Card, Section } from "../../ui/page";
import classes from "./import.module.css";

interface DecisionsProps {
  readonly found: Import;
  readonly onDecide: (patch: ImportPatch) => void;
}

/** A word that is sent when one leaves the field or presses Enter. */
function Settled({ value, label, onSettle }: { value: string; label: string; onSettle: (text: string) => void }) {
  const [text, setText] = useState(value);
  const settle = () => {
    if (text.trim() !== value) {
      onSettle(text.trim());
    }
  };
  return (
    <TextInput
      size="xs"
      w={200}
      aria-label={label}
      value={text}
      onBlur={settle}
      onKeyDown={(event) => {
        if (event.key === "Enter") {
          settle();
        }
      }}
      onChange={(event) => {
        setText(event.currentTarget.value);
      }}
    />
  );
}

export function Accounts({ found, onDecide }: DecisionsProps) {
  const words = useWords().imports;
  if (found.accounts.length === 0) {
    return null;
  }
  return (
    <Section title={words.accounts}>
      <Card>
        <ul className={classes.rows}>
          {found.accounts.map((one) => (
            <li key={one.stated}>
              <span>{one.stated === "" ? words.noAccount : one.stated}</span>
              <span className={classes.quiet}>{words.counted(one.rows)}</span>
              <Settled
                key={one.account}
                value={one.account}
                label={words.accountFor(one.stated)}
                onSettle={(account) => {
                  onDecide({ accounts: { [one.stated]: account === "" ? null : account } });
                }}
              />
            </li>
          ))}
        </ul>
      </Card>
    </Section>
  );
}

export function Instruments({ found, onDecide }: DecisionsProps) {
  const words = useWords().imports;
  if (found.unresolved.length === 0) {
    return null;
  }
  return (
    <Section title={words.instruments}>
      <Card>
        <p className={classes.quiet}>{words.instrumentsText}</p>
        <ul className={classes.rows}>
          {found.unresolved.map((one) => (
            <li key={one.stated}>
              <span>
                <strong>{one.name ?? one.stated}</strong>
                <small className={classes.quiet}> {one.isin}</small>
              </span>
              <span className={classes.quiet}>{words.counted(one.rows)}</span>
              <Symbol
                key={one.symbol}
                value={one.symbol ?? ""}
                suggestions={one.suggestions}
                label={words.symbolFor(one.stated)}
                onSettle={(symbol) => {
                  onDecide({ resolve: { [one.stated]: symbol === "" ? null : symbol } });
                }}
              />
            </li>
          ))}
        </ul>
      </Card>
    </Section>
  );
}

function Symbol(props: {
  value: string;
  suggestions: readonly string[];
  label: string;
  onSettle: (symbol: string) => void;
}) {
  const { value, suggestions, label, onSettle } = props;
  const [text, setText] = useState(value);
  const settle = (symbol: string) => {
    if (symbol.trim().toUpperCase() !== value) {
      onSettle(symbol.trim().toUpperCase());
    }
  };
  return (
    <Autocomplete
      size="xs"
      w={200}
      aria-label={label}
      value={text}
      data={[...suggestions]}
      onChange={setText}
      onOptionSubmit={settle}
      onBlur={() => {
        settle(text);
      }}
    />
  );
}

type Problem = Import["problems"][number];

export function Problems({ found, onDecide }: DecisionsProps) {
  const words = useWords().imports;
  if (found.problems.length === 0) {
    return null;
  }
  return (
    <Section title={words.problems}>
      <Stack gap="sm">
        {found.problems.map((one) => (
          <Card key={`${one.symbol} ${one.account}`}>
            <Stack gap="xs">
              <span>{one.message}</span>
              <Choices problem={one} onDecide={onDecide} />
            </Stack>
          </Card>
        ))}
      </Stack>
    </Section>
  );
}

function Choices({ problem, onDecide }: { problem: Problem; onDecide: DecisionsProps["onDecide"] }) {
  const words = useWords().imports;
  const [price, setPrice] = useState<string | null>(null);
  const { symbol, account, missing } = problem;
  return (
    <Group gap="sm" align="flex-end">
      {missing !== null && (
        <>
          <DecimalField label={words.openingPrice} value={price} onChange={setPrice} />
          <Button
            variant="default"
            onClick={() => {
              onDecide({
                problems: [
                  { symbol, account, choice: "opening", quantity: missing, ...(price !== null && { price }) },
                ],
              });
            }}
          >
            {words.addOpening} <Amount value={missing} />
          </Button>
        </>
      )}
      <Button
        variant="subtle"
        color="gray"
        onClick={() => {
          onDecide({ problems: [{ symbol, account, choice: "leave_out" }] });
        }}
      >
        {words.leaveOutRows(symbol)}
      </Button>
    </Group>
  );
}
