import { Button, Select, TextInput } from "@mantine/core";
import { useState, type SubmitEvent } from "react";
import { data, api } from "../../api/client";
import { useChange } from "../../api/change";
import { keys } from "../../api/queries";
import { useMe, useSettings } from "../../api/session";
import type { Me } from "../../api/types";
import { useSpoken } from "../../i18n";
import { currencyChoices, likelyCurrency } from "../../lib/currencies";
import { useChangeSettings } from "../../preferences";
import { ColourPicker } from "../../ui/colour-picker";
import { StepHead } from "./step-head";
import classes from "./welcome.module.css";

/** Name, colour and currency; all guessed, so that one key is enough. */
export function YouStep({ onDone }: { onDone: () => void }) {
  const { words, locale, language } = useSpoken();
  const me = useMe();
  const { colour } = useSettings();
  const settings = useChangeSettings();
  const [name, setName] = useState(me.name);
  const [currency, setCurrency] = useState(() => likelyCurrency(navigator.languages));
  const rename = useChange<string, Me>({
    send: (next) => data(api.PATCH("/api/v1/me", { body: { name: next } })),
    keep: (cache, answer) => cache.setQueryData(keys.me, answer),
  });
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    if (name.trim() !== me.name) {
      await rename.mutateAsync(name.trim());
    }
    await settings.mutateAsync({ currency, language });
    onDone();
  };
  return (
    <>
      <StepHead n={1} title={words.welcome.you.title}>
        {words.welcome.you.text}
      </StepHead>
      <form className={classes.fields} onSubmit={(event) => void save(event)}>
        <TextInput
          label={words.welcome.you.name}
          size="md"
          value={name}
          maxLength={80}
          autoComplete="name"
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
        <ColourPicker
          name={name}
          value={colour}
          onChange={(next) => {
            settings.mutate({ colour: next });
          }}
        />
        <Select
          label={words.welcome.you.currency}
          description={words.settings.currencyHint}
          size="md"
          searchable
          allowDeselect={false}
          data={currencyChoices(locale)}
          value={currency}
          onChange={(value) => {
            setCurrency(value ?? currency);
          }}
        />
        <div className={classes.actions}>
          <span />
          <Button type="submit" size="md" loading={rename.isPending || settings.isPending} disabled={name.trim() === ""}>
            {words.welcome.you.next}
          </Button>
        </div>
      </form>
    </>
  );
}
