/** What everything is worth, how it came there, and what the chosen stretch of time brought. */

import { SegmentedControl, Skeleton, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState, type ReactNode } from "react";
import { queries } from "../../api/queries";
import type { Portfolio, PortfolioHistory } from "../../api/types";
import { useSpoken, useWords } from "../../i18n";
import { subtract } from "../../lib/decimal";
import { startOf, type Range } from "../../lib/ranges";
import { day } from "../../lib/time";
import { Amount, Gain } from "../../ui/amount";
import { AreaChart } from "../../ui/area-chart";
import type { Point } from "../../ui/chart/types";
import { RemarkChip } from "../../ui/chips";
import { Explained } from "../../ui/explain";
import { Loaded } from "../../ui/page";
import { RangePicker } from "../../ui/range-picker";
import classes from "./home.module.css";

const HEIGHT = 280;
const MODES = ["value", "gain"] as const;
type Mode = (typeof MODES)[number];

export function Hero({ portfolio }: { portfolio: Portfolio }) {
  const { words, locale } = useSpoken();
  const [range, setRange] = useState<Range>(portfolio.sample ? "All" : "1Y");
  const [mode, setMode] = useState<Mode>("value");
  const history = useQuery(queries.portfolioHistory(startOf(range, portfolio.as_of)));
  const { currency, price_date: priced, as_of: asOf } = portfolio;
  return (
    <section className={classes.hero} aria-label={words.home.value}>
      <div className={classes.heroTop}>
        <div>
          <div className={classes.label}>
            {words.home.value}
            {portfolio.sample && <RemarkChip>{words.home.sample}</RemarkChip>}
          </div>
          <div className={classes.value} data-testid="portfolio-value">
            <Explained figure="portfolio.value">
              <Amount value={portfolio.value} currency={currency} />
            </Explained>
          </div>
          <div className={classes.gains}>
            <span>
              <Explained figure="portfolio.day_gain">
                <Gain value={portfolio.day_gain} currency={currency} percent={portfolio.day_percent} />
              </Explained>
              <span className={classes.quiet}>{words.home.lastDay}</span>
            </span>
            <span>
              <Explained figure="portfolio.gain">
                <Gain value={portfolio.gain} currency={currency} percent={portfolio.gain_percent} />
              </Explained>
              <span className={classes.quiet}>{words.home.gain}</span>
            </span>
          </div>
        </div>
        <div className={classes.pickers}>
          <SegmentedControl
            size="xs"
            aria-label={words.home.chartOf}
            value={mode}
            onChange={setMode}
            data={MODES.map((value) => ({ value, label: words.home.modes[value] }))}
          />
          <RangePicker value={range} onChange={setRange} />
        </div>
      </div>
      <div className={classes.chart}>
        <Loaded query={history} skeleton={<Skeleton height={HEIGHT} />}>
          {(found) => <Course history={found} range={range} mode={mode} />}
        </Loaded>
      </div>
      <Figures portfolio={portfolio} history={history.data} start={startOf(range, asOf)} />
      {(portfolio.unpriced.length > 0 || (priced !== null && priced !== asOf)) && (
        <p className={classes.note}>
          {[
            priced !== null && priced !== asOf ? `${words.home.pricesOf(day(priced, locale))}.` : "",
            portfolio.unpriced.length > 0 ? words.home.unpriced(portfolio.unpriced.join(", ")) : "",
          ].join(" ")}
        </p>
      )}
    </section>
  );
}

function Course({ history, range, mode }: { history: PortfolioHistory; range: Range; mode: Mode }) {
  const words = useWords();
  const area = useMemo(() => (mode === "value" ? history.items : gainsOf(history)), [history, mode]);
  const label = { value: words.home.chart, gain: words.home.gainChart }[mode](words.common.ranges[range]);
  return <AreaChart label={label} height={HEIGHT} points={area} digits={0} secret />;
}

/** What was gained since the first day shown: money that came in or went out is no gain. */
function gainsOf({ items }: PortfolioHistory): Point[] {
  const gain = ({ value, invested }: PortfolioHistory["items"][number]) => subtract(value, invested);
  const [first] = items;
  return first === undefined ? [] : items.map((item) => ({ date: item.date, value: subtract(gain(item), gain(first)) }));
}

interface FiguresProps {
  readonly portfolio: Portfolio;
  readonly history: PortfolioHistory | undefined;
  readonly start: string | undefined;
}

function Figures({ portfolio, history, start }: FiguresProps) {
  const words = useWords().home;
  const { currency } = portfolio;
  return (
    <dl className={classes.foot}>
      <Figure
        figure="history.gain"
        start={start}
        label={words.inRange}
        value={<Gain value={history?.gain ?? null} currency={currency} />}
      />
      <Figure
        figure="history.time_weighted_percent"
        start={start}
        label={words.timeWeighted}
        hint={history?.reasons.time_weighted_percent ?? words.timeWeightedHint}
        value={<Gain value={history?.time_weighted_percent ?? null} />}
      />
      <Figure
        figure="portfolio.return_percent"
        label={words.perYear}
        hint={portfolio.reasons.return_percent ?? words.perYearHint}
        value={<Gain value={portfolio.return_percent} />}
      />
      <Figure
        figure="portfolio.total_gain"
        label={words.totalGain}
        hint={words.totalGainHint}
        value={<Gain value={portfolio.total_gain} currency={currency} />}
      />
      <Figure
        figure="portfolio.income"
        label={words.income}
        value={<Amount value={portfolio.income} currency={currency} />}
      />
    </dl>
  );
}

interface FigureProps {
  readonly figure: string;
  readonly start?: string | undefined;
  readonly label: string;
  readonly hint?: string;
  readonly value: ReactNode;
}

function Figure({ figure, start, label, hint, value }: FigureProps) {
  return (
    <div>
      <dt>{hint === undefined ? label : <Tooltip label={hint} multiline maw={280}><span>{label}</span></Tooltip>}</dt>
      <dd>
        <Explained figure={figure} asked={{ start }}>
          {value}
        </Explained>
      </dd>
    </div>
  );
}

/** As large as the hero, so that nothing moves when it comes. */
export function HeroSkeleton() {
  return <Skeleton height={530} radius="lg" />;
}
