/** What is written down about an instrument: identity, currency, and what Allocation groups it by. */

import { Anchor, Autocomplete, Group, Select, Switch, TagsInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { useChange, type Changing } from "../../api/change";
import { api, written, type Written } from "../../api/client";
import { keys, queries } from "../../api/queries";
import { useSettings } from "../../api/session";
import type { Instrument } from "../../api/types";
import { useUndo, wayBack } from "../../api/undo";
import { useSpoken, useWords } from "../../i18n";
import { currencyChoices } from "../../lib/currencies";
import { FormDialog } from "../../ui/form-dialog";
import classes from "./instruments.module.css";

const KINDS = ["share", "fund", "bond", "option", "crypto", "cash", "manual", "other"] as const;
const TOUCHED = [keys.instruments, keys.holdings, keys.portfolio, keys.prices];

type Draft = ReturnType<typeof draftOf>;

function draftOf(existing: Instrument | null, currency: string) {
  return {
    symbol: existing?.symbol ?? "",
    name: existing?.name ?? "",
    kind: existing?.class ?? "share",
    currency: existing?.currency ?? currency,
    pence: existing?.unit === 100,
    isin: existing?.isin ?? "",
    mic: existing?.mic ?? "",
    region: existing?.region ?? "",
    tags: [...(existing?.tags ?? [])],
  };
}

function sentOf(draft: Draft) {
  const text = (value: string) => (value.trim() === "" ? null : value.trim());
  return {
    name: text(draft.name),
    class: draft.kind,
    currency: draft.currency,
    unit: draft.pence ? 100 : 1,
    isin: text(draft.isin.toUpperCase()),
    mic: text(draft.mic.toUpperCase()),
    region: text(draft.region),
    tags: draft.tags,
  } as const;
}

function useSave(existing: Instrument | null): Changing<Draft, Written<Instrument>> {
  const words = useWords().instruments;
  const undo = useUndo();
  return useChange({
    send: (draft) =>
      existing === null
        ? written(api.POST("/api/v1/instruments", { body: { symbol: draft.symbol.trim().toUpperCase(), ...sentOf(draft) } }))
        : written(
            api.PATCH("/api/v1/instruments/{id}", { params: { path: { id: existing.id } }, body: sentOf(draft) }),
          ),
    stale: () => TOUCHED,
    quiet: true,
    said: (_draft, { answer, write }) => ({
      message: existing === null ? words.added(answer.symbol) : words.changed(answer.symbol),
      ...wayBack(undo, write),
    }),
  });
}

/** The regions and tags that others have, so that the same word is written the same way. */
function useUsed() {
  const { data: all = [] } = useQuery(queries.allInstruments());
  const sorted = (found: readonly string[]) => [...new Set(found)].sort((a, b) => a.localeCompare(b));
  return {
    regions: sorted(all.flatMap(({ region }) => (region === null ? [] : [region]))),
    tags: sorted(all.flatMap(({ tags }) => tags)),
  };
}

export function InstrumentEditor({ existing, onClose }: { existing: Instrument | null; onClose: () => void }) {
  const { words, locale } = useSpoken();
  const text = words.instruments;
  const { currency } = useSettings();
  const save = useSave(existing);
  const used = useUsed();
  const [draft, setDraft] = useState(() => draftOf(existing, currency));
  const set = (change: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...change }));
  };
  const word = (name: "symbol" | "name" | "isin" | "mic", maxLength: number, faults: Readonly<Record<string, string>>) => ({
    label: text[name],
    autoComplete: "off",
    maxLength,
    value: draft[name],
    error: faults[name],
    onChange: (event: { currentTarget: { value: string } }) => {
      set({ [name]: event.currentTarget.value });
    },
  });
  return (
    <FormDialog
      title={existing === null ? text.addTitle : text.editOf(existing.symbol)}
      action={existing === null ? words.common.add : words.common.save}
      ready={draft.symbol.trim() !== ""}
      onSend={() => save.mutateAsync(draft)}
      onClose={onClose}
    >
      {(faults) => (
        <>
          {existing === null && (
            <TextInput {...word("symbol", 32, faults)} description={text.symbolHint} autoCapitalize="characters" data-autofocus />
          )}
          <TextInput {...word("name", 120, faults)} data-autofocus={existing !== null} />
          <Group grow align="flex-start">
            <Select
              label={text.kind}
              allowDeselect={false}
              value={draft.kind}
              error={faults.class}
              data={KINDS.map((value) => ({ value, label: text.kinds[value] }))}
              onChange={(kind) => {
                set({ kind: kind ?? draft.kind });
              }}
            />
            <Select
              label={text.currency}
              searchable
              allowDeselect={false}
              value={draft.currency}
              error={faults.currency}
              data={currencyChoices(locale)}
              onChange={(value) => {
                set({ currency: value ?? draft.currency });
              }}
            />
          </Group>
          <Switch
            label={text.pence}
            description={text.penceHint}
            checked={draft.pence}
            onChange={(event) => {
              set({ pence: event.currentTarget.checked });
            }}
          />
          <Group grow align="flex-start">
            <TextInput {...word("isin", 12, faults)} />
            <TextInput {...word("mic", 4, faults)} title={text.micHint} />
          </Group>
          <Autocomplete
            label={text.region}
            data={used.regions}
            maxLength={80}
            value={draft.region}
            error={faults.region}
            onChange={(region) => {
              set({ region });
            }}
          />
          <TagsInput
            label={text.tags}
            data={used.tags}
            maxTags={32}
            value={draft.tags}
            error={faults.tags}
            clearButtonProps={{ "aria-label": text.clearTags }}
            onChange={(tags) => {
              set({ tags });
            }}
          />
          {existing !== null && (
            <div className={classes.merge}>
              <strong>{text.merge}</strong>
              <span>
                {text.mergeText}{" "}
                <Anchor
                  component={Link}
                  to={`/transactions?new=merger&symbol=${encodeURIComponent(existing.symbol)}`}
                  size="sm"
                  underline="always"
                >
                  {text.mergeAction}
                </Anchor>
              </span>
            </div>
          )}
        </>
      )}
    </FormDialog>
  );
}
