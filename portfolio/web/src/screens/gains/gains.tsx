/** What sales gained: by year, account, instrument or method, sale by sale, and as a file. */

import { Button, Select, Skeleton } from "@mantine/core";
import { IconDownload, IconScale, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { queries, type GainsFilter } from "../../api/queries";
import type { Gains as Report } from "../../api/types";
import { useWords } from "../../i18n";
import { csvOf, download } from "../../lib/csv";
import { Amount, Gain } from "../../ui/amount";
import { Explained } from "../../ui/explain";
import { EmptyState, Loaded, PageHeader, Section } from "../../ui/page";
import { Spread } from "../../ui/spread";
import { Stats } from "../../ui/stats";
import classes from "./gains.module.css";
import { METHODS, groupsOf, tableOf, useByMethod, type GroupBy } from "./groups";
import { Sales, type Asked } from "./sales";

const ALL: GainsFilter = {};
const GROUPS: readonly GroupBy[] = ["year", "account", "symbol", "method"];

export default function Gains() {
  const words = useWords().gains;
  const all = useQuery(queries.gains(ALL));
  const [filter, setFilter] = useState<GainsFilter>(ALL);
  const found = useQuery(queries.gains(filter));
  return (
    <>
      <PageHeader title={words.title} lead={words.lead}>
        {found.data !== undefined && found.data.items.length > 0 && <Export report={found.data} />}
      </PageHeader>
      <Loaded query={all} skeleton={<Skeleton height={520} radius="lg" />}>
        {(whole) =>
          whole.items.length === 0 ? (
            <EmptyState icon={IconScale} title={words.emptyTitle} text={words.emptyText} />
          ) : (
            <div className={classes.page}>
              <Tools whole={whole} filter={filter} onFilter={setFilter} />
              <Loaded query={found} skeleton={<Skeleton height={420} radius="lg" />}>
                {(report) =>
                  report.items.length === 0 ? (
                    <EmptyState icon={IconSearch} title={words.nothingFits} text={words.nothingFitsText} />
                  ) : (
                    <Whole report={report} filter={filter} />
                  )
                }
              </Loaded>
            </div>
          )
        }
      </Loaded>
    </>
  );
}

interface ToolsProps {
  readonly whole: Report;
  readonly filter: GainsFilter;
  readonly onFilter: (filter: GainsFilter) => void;
}

function Tools({ whole, filter, onFilter }: ToolsProps) {
  const words = useWords().gains;
  const has = (read: (row: Report["items"][number]) => string) => [...new Set(whole.items.map(read))].sort();
  const pick = <K extends keyof GainsFilter>(name: K, value: GainsFilter[K] | null) => {
    const rest = Object.fromEntries(Object.entries(filter).filter(([key]) => key !== name));
    onFilter(value === null ? rest : { ...rest, [name]: value });
  };
  return (
    <div className={classes.tools}>
      <Select
        aria-label={words.year}
        placeholder={words.everyYear}
        clearable
        w={130}
        data={has((row) => row.date.slice(0, 4)).reverse()}
        value={filter.year === undefined ? null : String(filter.year)}
        onChange={(value) => {
          pick("year", value === null ? null : Number(value));
        }}
      />
      <Select
        aria-label={words.account}
        placeholder={words.everyAccount}
        clearable
        w={180}
        data={has((row) => row.account).map((value) => ({ value, label: value || words.noAccount }))}
        value={filter.account ?? null}
        onChange={(value) => {
          pick("account", value);
        }}
      />
      <Select
        aria-label={words.symbol}
        placeholder={words.everySymbol}
        clearable
        searchable
        w={180}
        data={has((row) => row.symbol)}
        value={filter.symbol ?? null}
        onChange={(value) => {
          pick("symbol", value);
        }}
      />
      <Select
        aria-label={words.method}
        placeholder={words.asAccounts}
        clearable
        w={210}
        data={METHODS.map((value) => ({ value, label: words.methods[value] }))}
        value={filter.method ?? null}
        onChange={(value) => {
          pick("method", METHODS.find((each) => each === value) ?? null);
        }}
      />
    </div>
  );
}

/** What is asked of Explain for a filter: a year is two days there. */
function askedOf({ year, ...rest }: GainsFilter): Asked {
  return { ...rest, ...(year !== undefined && { start: `${String(year)}-01-01`, end: `${String(year)}-12-31` }) };
}

function Whole({ report, filter }: { report: Report; filter: GainsFilter }) {
  const words = useWords().gains;
  const [by, setBy] = useState<GroupBy>("year");
  const asked = useMemo(() => askedOf(filter), [filter]);
  const byMethod = useByMethod(filter, by === "method");
  const groups = by === "method" ? byMethod : groupsOf(report, by, words);
  return (
    <>
      <Spread
        sums={<Sums report={report} asked={asked} />}
        label={words.by}
        by={by}
        onBy={setBy}
        groups={GROUPS.map((value) => ({ value, label: words.groups[value] }))}
        title={words.realised}
        rows={groups.map(({ id, name, gain, sales, asked: more, reason }) => ({
          id,
          label: name,
          size: gain ?? "0",
          value:
            gain === null ? (
              <Gain value={null} />
            ) : (
              <Explained figure="gains.total" asked={{ ...asked, ...more }}>
                <Gain value={gain} currency={report.currency} />
              </Explained>
            ),
          more: reason ?? words.salesCount(sales),
        }))}
      >
        {by === "method" && <p className={classes.hint}>{words.methodHint}</p>}
      </Spread>
      <Section title={words.sales}>
        <Sales rows={report.items} currency={report.currency} label={words.sales} asked={asked} />
      </Section>
    </>
  );
}

function Sums({ report, asked }: { report: Report; asked: Asked }) {
  const words = useWords().gains;
  const foreign = report.totals.filter(({ currency }) => currency !== report.currency);
  return (
    <Stats
      items={[
        {
          label: words.realised,
          value:
            report.total === null ? (
              <Gain value={null} />
            ) : (
              <Explained figure="gains.total" asked={asked}>
                <Gain value={report.total} currency={report.currency} />
              </Explained>
            ),
          more: report.reasons.total ?? words.salesCount(report.items.length),
        },
        ...foreign.map(({ currency, gain }) => ({
          label: currency,
          value: (
            <Explained figure="gains.total.own" asked={{ ...asked, currency }}>
              <Amount value={gain} currency={currency} form={{ signs: "always" }} />
            </Explained>
          ),
          more: words.inOwn,
        })),
      ]}
    />
  );
}

function Export({ report }: { report: Report }) {
  const words = useWords().gains;
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={16} stroke={1.8} />}
      onClick={() => {
        download(`gains-${report.year === null ? "all" : String(report.year)}.csv`, csvOf(tableOf(report)));
      }}
    >
      {words.export}
    </Button>
  );
}
