/** How I like my planner, who may find it, and who may open it. */

import { Anchor, Button, Group, Radio, SegmentedControl, Select, Stack, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, type ReactNode } from "react";
import { Link, useLocation } from "react-router";
import { queries } from "../../api/queries";
import { useSettings } from "../../api/session";
import { LANGUAGES, useSpoken, useWords } from "../../i18n";
import { useHiddenAmounts } from "../../lib/amounts";
import { currencyChoices } from "../../lib/currencies";
import { useChangeSettings } from "../../preferences";
import { useLoadSample, useRemoveSample } from "../../shell/sample";
import { Command } from "../../ui/command";
import { PageHeader } from "../../ui/page";
import { Devices, Logins } from "./logins";
import { PriceSettings } from "./prices";
import { ProfileForm } from "./profile";
import classes from "./settings.module.css";

const THEMES = ["system", "light", "dark"] as const;
const VISIBLE = ["everyone", "contacts", "nobody"] as const;

export default function Settings() {
  const words = useWords();
  const { settings } = words;
  return (
    <>
      <PageHeader title={settings.title} />
      <div className={classes.groups}>
        <Part title={settings.profile} text={settings.profileText}>
          <ProfileForm />
        </Part>
        <Part title={settings.appearance}>
          <Appearance />
        </Part>
        <Part id="prices" title={words.prices.title} text={words.prices.about}>
          <PriceSettings />
        </Part>
        <Part title={settings.privacy} text={settings.privacyText}>
          <Privacy />
        </Part>
        <Part title={settings.devices} text={settings.devicesText}>
          <Devices />
          <Logins />
        </Part>
        <Part id="backup" title={settings.backup} text={settings.backupText}>
          <Command>{settings.backupCommand}</Command>
          <p className={classes.text}>{settings.restoreText}</p>
          <Command>{settings.restoreCommand}</Command>
        </Part>
        <Part title={settings.sample} text={settings.sampleText}>
          <Sample />
        </Part>
        <Part title={settings.more}>
          <More />
        </Part>
      </div>
    </>
  );
}

function Part({ id, title, text, children }: { id?: string; title: string; text?: string; children: ReactNode }) {
  const { hash } = useLocation();
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    if (id !== undefined && hash === `#${id}`) {
      place.current?.scrollIntoView();
    }
  }, [hash, id]);
  return (
    <section ref={place} id={id} className={classes.group} aria-label={title}>
      <div className={classes.about}>
        <h2>{title}</h2>
        {text !== undefined && <p>{text}</p>}
      </div>
      <div className={classes.fields}>{children}</div>
    </section>
  );
}

function Appearance() {
  const { words, locale } = useSpoken();
  const { settings } = words;
  const { theme, language, currency } = useSettings();
  const { hidden, toggle } = useHiddenAmounts();
  const { mutate } = useChangeSettings();
  return (
    <>
      <Stack gap={6}>
        <span className={classes.legend} id="theme-legend">
          {settings.theme}
        </span>
        <SegmentedControl
          aria-labelledby="theme-legend"
          value={theme}
          onChange={(value) => {
            mutate({ theme: value });
          }}
          data={THEMES.map((value) => ({ value, label: words.shell.theme[value] }))}
        />
      </Stack>
      <Group grow align="flex-start">
        <Select
          label={settings.language}
          allowDeselect={false}
          data={LANGUAGES.map(({ value, label }) => ({ value: value, label }))}
          value={language.slice(0, 2)}
          onChange={(value) => {
            mutate({ language: value ?? language });
          }}
        />
        <Select
          label={settings.currency}
          description={settings.currencyHint}
          inputWrapperOrder={["label", "input", "description"]}
          searchable
          allowDeselect={false}
          data={currencyChoices(locale)}
          value={currency}
          onChange={(value) => {
            mutate({ currency: value ?? currency });
          }}
        />
      </Group>
      <Switch label={settings.hide} description={settings.hideHint} checked={hidden} onChange={toggle} />
    </>
  );
}

function Privacy() {
  const { settings } = useWords();
  const { visibility, nearby, through_owner: throughOwner } = useSettings();
  const { mutate } = useChangeSettings();
  return (
    <>
      <Radio.Group
        label={settings.visibility}
        value={visibility}
        onChange={(value) => {
          mutate({ visibility: value });
        }}
      >
        <Stack gap="sm" mt={8}>
          {VISIBLE.map((value) => (
            <Radio key={value} value={value} label={settings.visible[value].label} description={settings.visible[value].text} />
          ))}
        </Stack>
      </Radio.Group>
      <Switch
        label={settings.nearby}
        description={settings.nearbyHint}
        checked={nearby}
        onChange={(event) => {
          mutate({ nearby: event.currentTarget.checked });
        }}
      />
      <Switch
        label={settings.throughOwner}
        description={settings.throughOwnerHint}
        checked={throughOwner}
        onChange={(event) => {
          mutate({ through_owner: event.currentTarget.checked });
        }}
      />
    </>
  );
}

function Sample() {
  const { settings, shell } = useWords();
  const { data: sample } = useQuery(queries.sample());
  const load = useLoadSample();
  const remove = useRemoveSample();
  const here = sample?.loaded === true;
  const change = here ? remove : load;
  return (
    <Group justify="space-between">
      <p className={classes.text}>{here ? settings.sampleHere(sample.positions, sample.transactions) : ""}</p>
      <Button
        variant="default"
        loading={change.isPending}
        disabled={sample === undefined}
        onClick={() => {
          change.mutate(null);
        }}
      >
        {here ? shell.sample.remove : settings.sampleLoad}
      </Button>
    </Group>
  );
}

function More() {
  const { settings } = useWords();
  const { checklist } = useSettings();
  const { mutate } = useChangeSettings();
  return (
    <>
      <Switch
        label={settings.checklist}
        checked={checklist}
        onChange={(event) => {
          mutate({ checklist: event.currentTarget.checked });
        }}
      />
      <div>
        <Anchor component={Link} to="/details" fw={550}>
          {settings.details}
        </Anchor>
        <p className={classes.small}>{settings.detailsText}</p>
      </div>
    </>
  );
}
