/** Prices that I entered or loaded, and the ways to bring more in. */

import { ActionIcon, Button, Group } from "@mantine/core";
import { IconFileImport, IconPencil, IconPencilPlus, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queries } from "../../api/queries";
import { useSettings } from "../../api/session";
import type { Price, Prices } from "../../api/types";
import { useSpoken, useWords } from "../../i18n";
import { day } from "../../lib/time";
import { Price as Shown } from "../../ui/amount";
import { Card, Section } from "../../ui/page";
import classes from "./asset.module.css";
import { EnterPrice } from "./enter-price";
import { LoadPrices } from "./load-prices";
import { OWN, usePriceChanges } from "./prices-api";

const FEW = 5;
const MANY = 50;

/** What is open: the dialog of a new price, of one that is changed, or of a file. */
export type PriceDialog = Price | "enter" | "load" | null;

interface OwnPricesProps {
  readonly symbol: string;
  readonly prices: Prices | undefined;
  /** The currency of what is held, where there is no price yet. */
  readonly currency: string | undefined;
  readonly dialog: PriceDialog;
  readonly onDialog: (dialog: PriceDialog) => void;
}

export function OwnPrices({ symbol, prices, currency, dialog, onDialog: setDialog }: OwnPricesProps) {
  const words = useWords();
  const base = useSettings().currency;
  const close = () => {
    setDialog(null);
  };
  const some = prices?.items.some(({ origin }) => OWN.includes(origin)) === true;
  return (
    <Section title={words.prices.own}>
      <Card>
        {some ? <List symbol={symbol} onEdit={setDialog} /> : <p className={classes.note}>{words.prices.ownNone}</p>}
        <Group gap="xs" mt="sm">
          {prices !== undefined && (
            <Button
              variant="default"
              leftSection={<IconPencilPlus size={16} stroke={1.8} />}
              onClick={() => {
                setDialog("enter");
              }}
            >
              {words.prices.enter}
            </Button>
          )}
          <Button
            variant="default"
            leftSection={<IconFileImport size={16} stroke={1.8} />}
            onClick={() => {
              setDialog("load");
            }}
          >
            {words.prices.load}
          </Button>
        </Group>
      </Card>
      {dialog === "load" && <LoadPrices symbol={symbol} onClose={close} />}
      {dialog !== null && dialog !== "load" && (
        <EnterPrice
          symbol={symbol}
          currency={prices?.currency ?? currency ?? base}
          existing={dialog === "enter" ? null : { date: dialog.date, price: dialog.close, currency: dialog.currency }}
          onClose={close}
        />
      )}
    </Section>
  );
}

function List({ symbol, onEdit }: { symbol: string; onEdit: (price: Price) => void }) {
  const { words, locale } = useSpoken();
  const [shown, setShown] = useState(FEW);
  const { remove } = usePriceChanges(symbol);
  const own = useQuery(queries.tradedPrices(symbol)).data?.items.filter(({ origin }) => OWN.includes(origin)) ?? [];
  const newest = own.toReversed().slice(0, shown);
  return (
    <>
      <ul className={classes.own}>
        {newest.map((price) => {
          const date = day(price.date, locale);
          return (
            <li key={price.date}>
              <span className={classes.ownDay}>
                {date}
                <small>{words.prices.sources[price.origin] ?? price.source}</small>
              </span>
              <Shown value={price.close} currency={price.currency} />
              <span className={classes.ownTools}>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={words.prices.edit(date)}
                  onClick={() => {
                    onEdit(price);
                  }}
                >
                  <IconPencil size={16} stroke={1.8} />
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={words.prices.remove(date)}
                  onClick={() => {
                    remove.mutate(price);
                  }}
                >
                  <IconTrash size={16} stroke={1.8} />
                </ActionIcon>
              </span>
            </li>
          );
        })}
      </ul>
      {own.length > shown && (
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={() => {
            setShown(shown + MANY);
          }}
        >
          {words.prices.more(Math.min(MANY, own.length - shown))}
        </Button>
      )}
    </>
  );
}
