import { Button, Group, TextInput } from "@mantine/core";
import { useState, type SubmitEvent } from "react";
import { api, data } from "../../api/client";
import { useChange } from "../../api/change";
import { keys } from "../../api/queries";
import { useMe, useSettings } from "../../api/session";
import type { Me, MePatch } from "../../api/types";
import { useWords } from "../../i18n";
import { useChangeSettings } from "../../preferences";
import { ColourPicker } from "../../ui/colour-picker";
import { faultsOf } from "../../ui/faults";

/** Renames me; friends see it as soon as they are reached. */
export function useChangeMe() {
  const { saved } = useWords().common;
  return useChange<MePatch, Me>({
    send: (body) => data(api.PATCH("/api/v1/me", { body })),
    keep: (cache, answer) => cache.setQueryData(keys.me, answer),
    said: () => ({ message: saved }),
  });
}

export function ProfileForm() {
  const words = useWords();
  const me = useMe();
  const { colour } = useSettings();
  const settings = useChangeSettings();
  const change = useChangeMe();
  const [name, setName] = useState(me.name);
  const [handle, setHandle] = useState(me.handle ?? "");
  const faults = faultsOf(change.error, words);
  const dirty = name.trim() !== me.name || handle.trim() !== (me.handle ?? "");
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    change.mutate({ name: name.trim(), handle: handle.trim() === "" ? null : handle.trim() });
  };
  return (
    <form onSubmit={save} style={{ display: "contents" }}>
      <TextInput
        label={words.settings.name}
        value={name}
        maxLength={80}
        autoComplete="name"
        error={faults.name}
        onChange={(event) => {
          setName(event.currentTarget.value);
        }}
      />
      <TextInput
        label={words.settings.handle}
        description={words.settings.handleHint}
        value={handle}
        maxLength={64}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        error={faults.handle}
        onChange={(event) => {
          setHandle(event.currentTarget.value.toLowerCase());
        }}
      />
      <ColourPicker
        name={me.name}
        value={colour}
        onChange={(next) => {
          settings.mutate({ colour: next });
        }}
      />
      <Group justify="flex-end">
        <Button type="submit" disabled={!dirty || name.trim() === ""} loading={change.isPending}>
          {words.common.save}
        </Button>
      </Group>
    </form>
  );
}
