/** What the money did between two days: gains, returns, risk, and where they came from. */

import { Select, SegmentedControl, Skeleton, Tooltip } from "@mantine/core";
import { IconTrendingUp } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState, type ReactNode } from "react";
import { queries, type PerformanceFilter } from "../../api/queries";
import type { Performance as Report, Portfolio } from "../../api/types";
import { useSpoken, useWords } from "../../i18n";
import { subtract } from "../../lib/decimal";
import { startOf, type Range } from "../../lib/ranges";
import { day } from "../../lib/time";
import { Amount, Gain, Percent } from "../../ui/amount";
import { AreaChart } from "../../ui/area-chart";
import { Explained } from "../../ui/explain";
import { Card, EmptyState, Loaded, PageHeader, Section } from "../../ui/page";
import { RangePicker } from "../../ui/range-picker";
import { Stats } from "../../ui/stats";
import { Contributions } from "./contributions";
import { Months } from "./months";
import classes from "./performance.module.css";

const HEIGHT = 280;
const MODES = ["value", "index", "drawdown"] as const;
const METHODS = ["fifo", "lifo", "hifo", "average"] as const;
type Mode = (typeof MODES)[number];
type Method = (typeof METHODS)[number];

export default function Performance() {
  const words = useWords().performance;
  const portfolio = useQuery(queries.portfolio());
  return (
    <>
      <PageHeader title={words.title} lead={words.lead} />
      <Loaded query={portfolio} skeleton={<Skeleton height={620} radius="lg" />}>
        {(found) => <Told portfolio={found} />}
      </Loaded>
    </>
  );
}

function Told({ portfolio }: { portfolio: Portfolio }) {
  const words = useWords().performance;
  const [range, setRange] = useState<Range>("All");
  const [symbol, setSymbol] = useState<string | null>(null);
  const [method, setMethod] = useState<Method>("fifo");
  const start = startOf(range, portfolio.as_of);
  const filter: PerformanceFilter = {
    method,
    ...(start !== undefined && { start }),
    ...(symbol !== null && { symbol }),
  };
  const report = useQuery(queries.performance(filter));
  return (
    <div className={classes.page}>
      <div className={classes.tools}>
        <InstrumentPicker value={symbol} onChange={setSymbol} />
        <Select
          aria-label={words.method}
          allowDeselect={false}
          w={210}
          value={method}
          onChange={(value) => {
            setMethod(value ?? "fifo");
          }}
          data={METHODS.map((value) => ({ value, label: words.methods[value] }))}
        />
        <RangePicker value={range} onChange={setRange} />
      </div>
      <Loaded query={report} skeleton={<Skeleton height={560} radius="lg" />}>
        {(found) =>
          found.series.length === 0 ? <Nothing /> : <Whole report={found} range={range} asked={{ ...filter }} />
        }
      </Loaded>
    </div>
  );
}

function InstrumentPicker({ value, onChange }: { value: string | null; onChange: (symbol: string | null) => void }) {
  const words = useWords().performance;
  const { data: holdings } = useQuery(queries.holdings());
  const symbols = [...new Set(holdings?.filter((row) => row.role === "owner").map((row) => row.symbol))].sort();
  return (
    <Select
      aria-label={words.instrument}
      placeholder={words.all}
      clearable
      searchable
      w={180}
      value={value}
      onChange={onChange}
      data={symbols}
    />
  );
}

function Nothing() {
  const words = useWords().performance;
  return <EmptyState icon={IconTrendingUp} title={words.emptyTitle} text={words.emptyText} />;
}

type Asked = Readonly<Record<string, string | undefined>>;

function Whole({ report, range, asked }: { report: Report; range: Range; asked: Asked }) {
  const words = useWords().performance;
  return (
    <>
      <Figures report={report} asked={asked} />
      <Course report={report} range={range} />
      <Section title={words.parts}>
        <Parts report={report} asked={asked} />
      </Section>
      <Section title={words.months}>
        <Months years={report.years} asked={asked} />
      </Section>
      <Section title={words.contributions}>
        <Contributions report={report} asked={asked} />
      </Section>
      {report.unpriced.length > 0 && <p className={classes.note}>{words.unpriced(report.unpriced.join(", "))}</p>}
    </>
  );
}

function Figures({ report, asked }: { report: Report; asked: Asked }) {
  const { words, locale } = useSpoken();
  const text = words.performance;
  const { currency, reasons, max_drawdown: fall } = report;
  const named = (name: string, label: string, hint: string, value: ReactNode, more?: ReactNode) => ({
    label,
    value: (
      <Tooltip label={hint} multiline maw={280}>
        <span>
          <Explained figure={`performance.${name}`} asked={asked}>
            {value}
          </Explained>
        </span>
      </Tooltip>
    ),
    ...(more !== undefined && { more }),
  });
  const fallHint =
    fall === null ? (reasons.max_drawdown ?? "") : text.drawdownHint(day(fall.peak, locale), day(fall.trough, locale));
  return (
    <Stats
      items={[
        named(
          "gain",
          text.gain,
          reasons.gain_percent ?? text.gainHint,
          <Gain value={report.gain} currency={currency} />,
          <Gain value={report.gain_percent} />,
        ),
        named(
          "twr_percent",
          text.twr,
          reasons.twr_percent ?? text.twrHint,
          <Gain value={report.twr_percent} />,
          <span>
            {text.annualised}: <Percent value={report.annualised_percent} form={{ signs: "always" }} />
          </span>,
        ),
        named("xirr_percent", text.xirr, reasons.xirr_percent ?? text.xirrHint, <Gain value={report.xirr_percent} />),
        named("max_drawdown.percent", text.drawdown, fallHint, <Gain value={fall === null ? null : subtract("0", fall.percent)} />, fallHint),
        named(
          "volatility_percent",
          text.volatility,
          reasons.volatility_percent ?? text.volatilityHint,
          <Percent value={report.volatility_percent} />,
        ),
        named(
          "best_month.percent",
          text.bestMonth,
          report.best_month?.period ?? reasons.best_month ?? "",
          <Gain value={report.best_month?.percent ?? null} />,
          <span>
            {text.worstMonth}: <Percent value={report.worst_month?.percent ?? null} form={{ signs: "always" }} />
          </span>,
        ),
      ]}
    />
  );
}

function Course({ report, range }: { report: Report; range: Range }) {
  const { words } = useSpoken();
  const [mode, setMode] = useState<Mode>("value");
  const area = useMemo(() => {
    const read = {
      value: (point: Report["series"][number]) => point.value,
      index: (point: Report["series"][number]) => point.index,
      drawdown: (point: Report["series"][number]) => point.drawdown_percent,
    }[mode];
    return report.series.flatMap((point) => {
      const value = read(point);
      return value === null ? [] : [{ date: point.date, value }];
    });
  }, [report.series, mode]);
  return (
    <Card>
      <div className={classes.chartTools}>
        <SegmentedControl
          size="xs"
          aria-label={words.performance.chartOf}
          value={mode}
          onChange={setMode}
          data={MODES.map((value) => ({ value, label: words.performance.modes[value] }))}
        />
      </div>
      <AreaChart
        key={mode}
        label={words.performance.chart[mode](words.common.ranges[range])}
        height={HEIGHT}
        points={area}
        digits={mode === "value" ? 0 : 1}
        secret={mode === "value"}
      />
    </Card>
  );
}

function Parts({ report, asked }: { report: Report; asked: Asked }) {
  const words = useWords().performance;
  const { currency } = report;
  const rows = [
    ["unrealised", words.unrealised, report.unrealised],
    ["realised", words.realised, report.realised],
    ["income", words.income, report.income],
    ["fees", words.fees, subtract("0", report.fees)],
    ["taxes", words.taxes, subtract("0", report.taxes)],
    ["currency_effect", words.currency, report.currency_effect],
  ] as const;
  return (
    <Card>
      <dl className={classes.parts}>
        {rows.map(([name, label, value]) => (
          <div key={name}>
            <dt>{label}</dt>
            <dd>
              <Explained figure={`performance.${name}`} asked={asked}>
                <Amount value={value} currency={currency} form={{ signs: "always" }} />
              </Explained>
            </dd>
          </div>
        ))}
        <div className={classes.sum}>
          <dt>{words.sum}</dt>
          <dd>
            <Gain value={report.gain} currency={currency} />
          </dd>
        </div>
      </dl>
    </Card>
  );
}
