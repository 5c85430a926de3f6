import { Button, Skeleton } from "@mantine/core";
import { IconChartCandle } from "@tabler/icons-react";
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { isProblem } from "../../api/problem";
import { queries } from "../../api/queries";
import type { Idea, Prices, Transaction } from "../../api/types";
import { useSpoken } from "../../i18n";
import { startOf, type Range } from "../../lib/ranges";
import { Card, EmptyState, Loaded } from "../../ui/page";
import { usePeople } from "../../ui/people";
import { PriceChart } from "../../ui/price-chart";
import { RangePicker } from "../../ui/range-picker";
import classes from "./asset.module.css";
import { isLive, linesOf, signsOf } from "./lines";

const HEIGHT = 380;
const SHOWN_AT_FIRST = 2;

interface AssetChartProps {
  readonly symbol: string;
  readonly prices: UseQueryResult<Prices>;
  readonly ideas: readonly Idea[];
  readonly ledger: readonly Transaction[];
  readonly onEnter: () => void;
}

/** The price over time, my trades on it, and the lines of the ideas that one has chosen. */
export function AssetChart({ symbol, prices, ideas, ledger, onEnter }: AssetChartProps) {
  const { words } = useSpoken();
  const [range, setRange] = useState<Range>("1Y");
  const [chosen, setChosen] = useState<ReadonlySet<string> | null>(null);
  const shown = chosen ?? new Set(ideas.filter(isLive).slice(0, SHOWN_AT_FIRST).map(({ id }) => id));
  if (isProblem(prices.error, "not-found")) {
    return (
      <Card bare>
        <EmptyState icon={IconChartCandle} title={words.prices.none} text={words.prices.noneText}>
          <Button onClick={onEnter}>{words.prices.enter}</Button>
        </EmptyState>
      </Card>
    );
  }
  return (
    <Card>
      <div className={classes.chartTools}>
        <IdeaToggles
          ideas={ideas}
          shown={shown}
          onToggle={(id) => {
            const next = new Set(shown);
            if (!next.delete(id)) {
              next.add(id);
            }
            setChosen(next);
          }}
        />
        <RangePicker value={range} onChange={setRange} />
      </div>
      <Loaded query={prices} skeleton={<Skeleton height={HEIGHT} />}>
        {(found) => <Drawn symbol={symbol} prices={found} ideas={ideas} shown={shown} ledger={ledger} range={range} />}
      </Loaded>
    </Card>
  );
}

interface DrawnProps {
  readonly symbol: string;
  readonly prices: Prices;
  readonly ideas: readonly Idea[];
  readonly shown: ReadonlySet<string>;
  readonly ledger: readonly Transaction[];
  readonly range: Range;
}

function Drawn({ symbol, prices, ideas, shown, ledger, range }: DrawnProps) {
  const { words, locale } = useSpoken();
  const people = usePeople();
  const signs = useMemo(() => signsOf(ledger, prices, words, locale), [ledger, prices, words, locale]);
  const lines = ideas
    .filter(({ id }) => shown.has(id))
    .flatMap((idea) => linesOf(idea, words, idea.role === "owner" ? null : people(idea.owner).name));
  const from = startOf(range, prices.last);
  return (
    <PriceChart
      label={words.asset.chart(symbol)}
      height={HEIGHT}
      bars={prices.items}
      lines={lines}
      signs={signs}
      {...(from === undefined ? {} : { from })}
    />
  );
}

function IdeaToggles(props: { ideas: readonly Idea[]; shown: ReadonlySet<string>; onToggle: (id: string) => void }) {
  const { words } = useSpoken();
  const people = usePeople();
  if (props.ideas.length === 0) {
    return <span />;
  }
  return (
    <div className={classes.chips} role="group" aria-label={words.asset.lines}>
      {props.ideas.map((idea) => (
        <button
          key={idea.id}
          type="button"
          className={classes.toggle}
          aria-pressed={props.shown.has(idea.id)}
          onClick={() => {
            props.onToggle(idea.id);
          }}
        >
          {idea.role === "owner" ? words.common.you : people(idea.owner).name} ·{" "}
          {words.common[idea.side === "short" ? "short" : "long"]}
        </button>
      ))}
    </div>
  );
}

/** All prices there are of a symbol. */
export function usePrices(symbol: string): UseQueryResult<Prices> {
  return useQuery(queries.prices(symbol));
}
