/** One instrument: its price, what I own of it, and what friends and I plan with it. */

import { ActionIcon, Anchor, Button } from "@mantine/core";
import { IconBulb, IconPencil, IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Link, useParams } from "react-router";
import { isMine, queries } from "../../api/queries";
import type { Holding, Idea, Prices, Transaction } from "../../api/types";
import { useSpoken, useWords } from "../../i18n";
import { day } from "../../lib/time";
import { Amount, Gain, Price } from "../../ui/amount";
import { DataTable } from "../../ui/data-table";
import { IdeaCard } from "../../ui/idea-card";
import { Card, PageHeader, Section } from "../../ui/page";
import { Stats } from "../../ui/stats";
import { Lots } from "../gains/lots";
import { LedgerCard, ledgerColumns } from "../transactions/columns";
import classes from "./asset.module.css";
import { AssetChart, usePrices } from "./chart";
import { OwnPrices, type PriceDialog } from "./own-prices";

const LEDGER_SHOWN = 8;
const NONE: readonly never[] = [];

export default function Asset() {
  const words = useWords();
  const { symbol = "" } = useParams();
  const prices = usePrices(symbol);
  const [dialog, setDialog] = useState<PriceDialog>(null);
  const ideas = useQuery(queries.ideas()).data?.filter((idea) => idea.symbol === symbol) ?? NONE;
  const holdings = useQuery(queries.holdings()).data?.filter((row) => row.symbol === symbol && isMine(row)) ?? NONE;
  const ledger = useInfiniteQuery(queries.transactions({ symbol }));
  const rows = useMemo(() => ledger.data?.pages.flatMap((page) => page.items) ?? NONE, [ledger.data]);
  return (
    <>
      <PageHeader title={symbol} shown={<Title symbol={symbol} prices={prices.data} />} lead={<AsOf prices={prices.data} />}>
        <ActionIcon
          component={Link}
          variant="default"
          size={36}
          to={`/instruments?edit=${encodeURIComponent(symbol)}`}
          aria-label={words.instruments.editOf(symbol)}
        >
          <IconPencil size={17} stroke={1.7} />
        </ActionIcon>
        {holdings.some(({ sample }) => !sample) && (
          <Button component={Link} variant="default" to={`/transactions?new=sell&symbol=${encodeURIComponent(symbol)}`}>
            {words.transactions.kinds.sell}
          </Button>
        )}
        <Button
          component={Link}
          variant="default"
          to={`/transactions?new&symbol=${encodeURIComponent(symbol)}`}
          leftSection={<IconPlus size={16} stroke={2} />}
        >
          {words.asset.addTransaction}
        </Button>
        <Button
          component={Link}
          to={`/ideas?new&symbol=${encodeURIComponent(symbol)}`}
          leftSection={<IconBulb size={16} stroke={1.8} />}
        >
          {words.asset.writeIdea}
        </Button>
      </PageHeader>
      <p className={classes.asOf}>
        <AsOf prices={prices.data} />
      </p>
      <div className={classes.layout}>
        <div className={classes.column}>
          <AssetChart
            symbol={symbol}
            prices={prices}
            ideas={ideas}
            ledger={rows}
            onEnter={() => {
              setDialog("enter");
            }}
          />
          {holdings.map((row) => (
            <Owned key={row.id} row={row} />
          ))}
          <Lots symbol={symbol} />
          <OwnPrices
            symbol={symbol}
            prices={prices.data}
            currency={holdings[0]?.currency ?? rows[0]?.currency}
            dialog={dialog}
            onDialog={setDialog}
          />
          <Ledger symbol={symbol} rows={rows} />
        </div>
        <Ideas ideas={ideas} />
      </div>
    </>
  );
}

function Title({ symbol, prices }: { symbol: string; prices: Prices | undefined }) {
  const last = prices?.items.at(-1);
  return (
    <span className={classes.title}>
      {symbol}
      {last !== undefined && prices !== undefined && (
        <span className={classes.last}>
          <Price value={last.close} currency={prices.currency} />
        </span>
      )}
    </span>
  );
}

function AsOf({ prices }: { prices: Prices | undefined }) {
  const { words, locale } = useSpoken();
  if (prices === undefined) {
    return "\u00a0"; // keeps the line while the prices come
  }
  const source = words.prices.sources[prices.items.at(-1)?.origin ?? ""] ?? prices.source;
  return words.asset.asOf(day(prices.last, locale), source, words.prices.age(prices.age_days));
}

function Owned({ row }: { row: Holding }) {
  const { words, locale } = useSpoken();
  const { currency } = row;
  const since = row.since === null ? undefined : words.asset.since(day(row.since, locale));
  return (
    <Section title={row.sample ? words.holdings.sample : words.asset.position}>
      <Stats
        items={[
          { label: words.holdings.value, value: <Amount value={row.value} currency={currency} />, more: since },
          {
            label: words.holdings.quantity,
            value: <Amount value={row.quantity} />,
            more: (
              <>
                {words.asset.averagePrice} <Price value={row.average_price} form={{ max: 2 }} />
              </>
            ),
          },
          {
            label: words.holdings.gain,
            value: <Gain value={row.gain} currency={currency} />,
            more: <Gain value={row.return_percent} />,
          },
          {
            label: words.asset.total,
            value: <Gain value={row.total_gain} currency={currency} />,
            more: (
              <>
                {words.holdings.income} <Amount value={row.income} currency={currency} />
              </>
            ),
          },
        ]}
      />
    </Section>
  );
}

function Ledger({ symbol, rows }: { symbol: string; rows: readonly Transaction[] }) {
  const { words, locale } = useSpoken();
  const columns = useMemo(
    () => ledgerColumns(words, locale).filter(({ id }) => id !== "symbol" && id !== "account"),
    [words, locale],
  );
  const all = `/transactions?symbol=${encodeURIComponent(symbol)}`;
  return (
    <Section
      title={words.asset.transactions}
      aside={
        rows.length > LEDGER_SHOWN && (
          <Anchor component={Link} to={all} size="sm">
            {words.asset.allTransactions}
          </Anchor>
        )
      }
    >
      {rows.length === 0 ? (
        <Card bare>
          <p className={classes.empty}>{words.asset.noTransactions}</p>
        </Card>
      ) : (
        <DataTable
          label={words.asset.transactions}
          rows={rows.slice(0, LEDGER_SHOWN)}
          columns={columns}
          rowId={(row) => row.id}
          sorted={{ id: "date", desc: true }}
          to={(row) => `${all}&edit=${row.id}`}
          card={(row) => <LedgerCard row={row} />}
        />
      )}
    </Section>
  );
}

function Ideas({ ideas }: { ideas: readonly Idea[] }) {
  const words = useWords();
  return (
    <Section title={words.asset.ideas}>
      {ideas.length === 0 ? (
        <Card bare>
          <p className={classes.empty}>{words.asset.noIdeas}</p>
        </Card>
      ) : (
        <div className={classes.ideas}>
          {ideas.map((idea) => (
            <Link key={idea.id} to={`/ideas/${idea.id}`} className={classes.idea}>
              <IdeaCard idea={idea} withState />
            </Link>
          ))}
        </div>
      )}
    </Section>
  );
}
