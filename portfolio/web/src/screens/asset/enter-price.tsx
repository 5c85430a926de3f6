/** The price of one day, entered or changed in a dialog. */

import { Button, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useState, type SubmitEvent } from "react";
import { explain } from "../../api/problem";
import { useSpoken } from "../../i18n";
import { currencyChoices } from "../../lib/currencies";
import { localDay, useNow } from "../../lib/time";
import { DecimalField } from "../../ui/decimal-field";
import { faultsOf } from "../../ui/faults";
import classes from "./asset.module.css";
import { usePriceChanges, type Entered } from "./prices-api";

interface EnterPriceProps {
  readonly symbol: string;
  readonly currency: string;
  /** The price to be changed; null for a new one. */
  readonly existing: Entered | null;
  readonly onClose: () => void;
}

export function EnterPrice({ symbol, currency, existing, onClose }: EnterPriceProps) {
  const { words, locale } = useSpoken();
  const today = localDay(useNow());
  const [date, setDate] = useState(existing?.date ?? today);
  const [price, setPrice] = useState<string | null>(existing?.price ?? null);
  const [chosen, setChosen] = useState(existing?.currency ?? currency);
  const { enter } = usePriceChanges(symbol);
  const faults = faultsOf(enter.error, words);
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    if (price !== null) {
      enter.mutate({ date, price, currency: chosen }, { onSuccess: onClose });
    }
  };
  const title = `${existing === null ? words.prices.enter : words.prices.change} · ${symbol}`;
  return (
    <Modal opened onClose={onClose} title={title} size="sm" closeButtonProps={{ "aria-label": words.common.close }}>
      <form onSubmit={save} noValidate>
        <Stack gap="md">
          <TextInput
            type="date"
            label={words.prices.day}
            value={date}
            max={today}
            readOnly={existing !== null}
            error={faults.date}
            onChange={(event) => {
              setDate(event.currentTarget.value);
            }}
          />
          <Group grow align="flex-start">
            <DecimalField
              data-autofocus
              label={words.prices.price}
              value={price}
              onChange={setPrice}
              least={2}
              error={faults.price}
            />
            <Select
              label={words.prices.currency}
              searchable
              allowDeselect={false}
              data={currencyChoices(locale)}
              value={chosen}
              error={faults.currency}
              onChange={(value) => {
                setChosen(value ?? chosen);
              }}
            />
          </Group>
          {enter.error !== null && Object.keys(faults).length === 0 && (
            <p role="alert" className={classes.refusal}>
              {explain(enter.error, words).title}
            </p>
          )}
          <Group justify="flex-end">
            <Button type="submit" loading={enter.isPending} disabled={price === null || date === ""}>
              {words.prices.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
