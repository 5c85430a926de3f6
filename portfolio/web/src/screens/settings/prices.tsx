/** Who may be asked for prices and exchange rates, what they learn, and how it goes. */

import { Button, Group, Select, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useChange } from "../../api/change";
import { api, data } from "../../api/client";
import { keys, queries } from "../../api/queries";
import { useSettings } from "../../api/session";
import type { ProviderState } from "../../api/types";
import { useSpoken, useWords } from "../../i18n";
import { ago, dateAndTime, day, useNow } from "../../lib/time";
import { useChangeSettings } from "../../preferences";
import classes from "./settings.module.css";

const HOURS: readonly number[] = [1, 3, 6, 12, 24, 168];
const TROUBLES_SHOWN = 5;

export function PriceSettings() {
  const { prices } = useWords();
  const { price_provider: provider, price_hours: hours, rates_refresh: rates } = useSettings();
  const { mutate } = useChangeSettings();
  const { data: states } = useQuery(queries.providers());
  const yahoo = states?.find(({ kind }) => kind === "prices");
  const ecb = states?.find(({ kind }) => kind === "rates");
  return (
    <>
      <div className={classes.provider}>
        <Switch
          label={prices.provider}
          description={prices.providerText}
          checked={provider !== null}
          onChange={(event) => {
            mutate({ price_provider: event.currentTarget.checked ? "yahoo" : null });
          }}
        />
        {provider !== null && (
          <>
            <Select
              label={prices.hours}
              allowDeselect={false}
              maw={220}
              data={[...new Set([...HOURS, hours])].sort((a, b) => a - b).map((n) => ({ value: String(n), label: prices.hoursOf(n) }))}
              value={String(hours)}
              onChange={(value) => {
                mutate({ price_hours: Number(value ?? hours) });
              }}
            />
            <Going state={yahoo} button={prices.refreshPrices} />
          </>
        )}
      </div>
      <div className={classes.provider}>
        <Switch
          label={prices.rates}
          description={prices.ratesText}
          checked={rates}
          onChange={(event) => {
            mutate({ rates_refresh: event.currentTarget.checked });
          }}
        />
        <Going state={ecb} button={prices.refreshRates} />
      </div>
    </>
  );
}

/** How it goes, in words, and the button that asks now. */
function Going({ state, button }: { state: ProviderState | undefined; button: string }) {
  const { prices } = useWords();
  const refresh = useChange<ProviderState["name"], unknown>({
    send: (name) => data(api.POST("/api/v1/prices/refresh", { body: { provider: name as "yahoo" | "ecb" } })),
    stale: () => [keys.prices],
  });
  if (state === undefined) {
    return null;
  }
  return (
    <>
      <Group justify="space-between" align="flex-start" gap="sm">
        <Said state={state} />
        <Button
          variant="default"
          loading={refresh.isPending || state.asking}
          onClick={() => {
            refresh.mutate(state.name);
          }}
        >
          {button}
        </Button>
      </Group>
      {state.troubles.length > 0 && (
        <div className={classes.small}>
          {prices.troubles(state.troubles.length)}
          <ul className={classes.troubles}>
            {state.troubles.slice(0, TROUBLES_SHOWN).map((one) => (
              <li key={one.symbol}>
                <strong>{one.symbol}</strong>: {prices.faults[one.error]}. {prices.helps[one.error] ?? ""}
              </li>
            ))}
            {state.troubles.length > TROUBLES_SHOWN && <li>…</li>}
          </ul>
        </div>
      )}
    </>
  );
}

function Said({ state }: { state: ProviderState }) {
  const { words, locale } = useSpoken();
  const { prices } = words;
  const now = useNow();
  const lines: ReactNode[] = [];
  if (state.known_until !== null) {
    lines.push(prices.ratesUntil(day(state.known_until, locale)));
  }
  if (state.asking) {
    lines.push(prices.asking);
  } else if (state.error !== null && state.last_failure !== null) {
    const why = [prices.faults[state.error], prices.helps[state.error]].filter(Boolean).join(". ").replace(/\.$/, "");
    lines.push(<span className={classes.fault}>{prices.failed(ago(state.last_failure, now, locale), why)}</span>);
  } else {
    lines.push(state.last_success === null ? prices.never : prices.answered(ago(state.last_success, now, locale)));
  }
  if (state.next_try !== null && !state.asking) {
    lines.push(prices.next(dateAndTime(state.next_try, locale)));
  }
  return (
    <p className={classes.text} role="status">
      {lines.map((line, place) => (
        <span key={place}>{line} </span>
      ))}
    </p>
  );
}
