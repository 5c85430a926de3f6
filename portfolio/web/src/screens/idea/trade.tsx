/** The idea carried out: opened with what was executed, closed, and what came of it in R. */

import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useState, type SubmitEvent } from "react";
import { api, data } from "../../api/client";
import { useChange } from "../../api/change";
import { putPosition } from "../../api/effects";
import { keys } from "../../api/queries";
import type { Idea } from "../../api/types";
import { useSpoken, useWords } from "../../i18n";
import { formatNumber } from "../../lib/money";
import { dateAndTime, day, localDay, useNow } from "../../lib/time";
import { Amount, Price } from "../../ui/amount";
import { DecimalField } from "../../ui/decimal-field";
import { Card, Section } from "../../ui/page";
import { R } from "../record/r";
import classes from "./trade.module.css";

interface Filled {
  readonly quantity: string;
  readonly price: string;
  readonly date: string;
  readonly fee: string | null;
}

type Step = "open" | "close";

/** What can be done from which state. */
const STEPS: Readonly<Record<string, readonly Step[] | undefined>> = { ready: ["open"], open: ["open", "close"] };

export function Trade({ idea }: { idea: Idea }) {
  const words = useWords().idea.trade;
  const [step, setStep] = useState<Step | null>(null);
  const mine = idea.role === "owner" && !idea.sample;
  const steps = (mine ? STEPS[idea.state] : undefined) ?? [];
  if (idea.result === null && steps.length === 0) {
    return null;
  }
  return (
    <Section title={words.title}>
      <Card>
        <Stack gap="md">
          {idea.result === null ? <p className={classes.quiet}>{idea.state === "open" ? words.openWithoutFills : words.ready}</p> : <Result idea={idea} />}
          {steps.length > 0 && (
            <Group gap="xs">
              {steps.map((each) => (
                <Button
                  key={each}
                  size="xs"
                  variant={each === "close" || idea.state === "ready" ? "filled" : "default"}
                  onClick={() => {
                    setStep(each);
                  }}
                >
                  {each === "close" ? words.close : idea.state === "open" ? words.add : words.open}
                </Button>
              ))}
            </Group>
          )}
        </Stack>
      </Card>
      {step !== null && (
        <FillDialog
          idea={idea}
          step={step}
          onClose={() => {
            setStep(null);
          }}
        />
      )}
    </Section>
  );
}

function Result({ idea }: { idea: Idea }) {
  const { words, locale } = useSpoken();
  const text = words.idea.trade;
  const { result } = idea;
  if (result === null) {
    return null;
  }
  const rows: readonly (readonly [string, React.ReactNode])[] = [
    [text.result, <R key="r" value={result.r} />],
    [text.planned, <R key="p" value={result.plan_r} />],
    ...(result.entry_price === undefined ? [] : ([[text.entryPrice, <Price key="e" value={result.entry_price} />]] as const)),
    ...(result.exit_price == null ? [] : ([[text.exitPrice, <Price key="x" value={result.exit_price} />]] as const)),
    ...(result.open_quantity === undefined
      ? []
      : ([[text.held, <Amount key="h" value={result.open_quantity} />]] as const)),
    ...(result.entry_slippage_r == null ? [] : ([[text.slippage, <R key="s" value={result.entry_slippage_r} />]] as const)),
    ...(result.fees == null ? [] : ([[text.fees, <Amount key="f" value={result.fees} currency={idea.currency} />]] as const)),
    [text.opened, result.opened === null ? "–" : dateAndTime(result.opened, locale)],
    ...(result.closed === null ? [] : ([[text.closed, dateAndTime(result.closed, locale)]] as const)),
    ...(result.hours === null ? [] : ([[text.time, text.hours(formatNumber(result.hours, locale, { min: 0, max: 1 }))]] as const)),
  ];
  return (
    <>
      <dl className={classes.result}>
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {result.fills !== undefined && result.fills.length > 0 && (
        <ul className={classes.fills} aria-label={text.fills}>
          {result.fills.map((fill, at) => (
            <li key={fill.transaction_id ?? at}>
              <span>
                {text.kinds[fill.kind as keyof typeof text.kinds]} · {day(fill.date, locale)}
              </span>
              <span>
                <Amount value={fill.quantity} /> × <Price value={fill.price} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function FillDialog({ idea, step, onClose }: { idea: Idea; step: Step; onClose: () => void }) {
  const words = useWords();
  const text = words.idea.trade;
  const today = localDay(useNow());
  const held = idea.result?.open_quantity ?? null;
  const [quantity, setQuantity] = useState<string | null>(step === "close" ? held : (idea.size ?? null));
  const [price, setPrice] = useState<string | null>(idea.entry);
  const [fee, setFee] = useState<string | null>(null);
  const [date, setDate] = useState(today);
  const send = useChange<Filled, Idea>({
    send: (fill) => {
      const sent = { params: { path: { id: idea.id } }, body: { fills: [fill] } };
      return data(
        step === "open"
          ? api.POST("/api/v1/positions/ideas/{id}/open", sent)
          : api.POST("/api/v1/positions/ideas/{id}/close", sent),
      );
    },
    keep: putPosition,
    stale: () => [keys.transactions, keys.holdings, keys.portfolio, keys.record, keys.history(idea.id)],
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (quantity !== null && price !== null) {
      send.mutate({ quantity, price, date, fee }, { onSuccess: onClose });
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={step === "open" ? text.openTitle(idea.symbol) : text.closeTitle(idea.symbol)}
      size="sm"
      closeButtonProps={{ "aria-label": words.common.close }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <p className={classes.quiet}>{text.fillHint}</p>
          <Group grow align="flex-start">
            <DecimalField label={words.transactions.quantity} value={quantity} onChange={setQuantity} />
            <DecimalField label={words.transactions.price} value={price} onChange={setPrice} />
          </Group>
          <Group grow align="flex-start">
            <TextInput
              type="date"
              label={words.transactions.date}
              value={date}
              onChange={(event) => {
                setDate(event.currentTarget.value);
              }}
            />
            <DecimalField label={words.transactions.fee} value={fee} onChange={setFee} />
          </Group>
          <Group justify="flex-end">
            <Button type="submit" loading={send.isPending} disabled={quantity === null || price === null || date === ""}>
              {step === "open" ? text.open : text.close}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
