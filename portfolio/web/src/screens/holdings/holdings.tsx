/** What I own. The sample stands apart, so that no sum ever mixes the two. */

import { Button, Group, Skeleton } from "@mantine/core";
import { IconChartPie, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState, type ReactNode } from "react";
import { Link } from "react-router";
import { isMine, queries } from "../../api/queries";
import type { Holding } from "../../api/types";
import { useWords } from "../../i18n";
import { Amount, Gain } from "../../ui/amount";
import { DataTable } from "../../ui/data-table";
import { Explained } from "../../ui/explain";
import { EmptyState, Loaded, PageHeader, Section } from "../../ui/page";
import { SkeletonRows } from "../../ui/skeletons";
import { Stats } from "../../ui/stats";
import { useLoadSample } from "../../shell/sample";
import { HoldingCard, holdingColumns } from "./columns";
import classes from "./holdings.module.css";
import { Tools, narrow, type Narrowed } from "./tools";

export default function Holdings() {
  const words = useWords();
  const holdings = useQuery(queries.holdings());
  return (
    <>
      <PageHeader title={words.holdings.title} lead={words.holdings.lead}>
        <Button component={Link} to="/transactions?new" leftSection={<IconPlus size={16} stroke={2} />}>
          {words.transactions.add}
        </Button>
      </PageHeader>
      <Loaded query={holdings} skeleton={<SkeletonRows rows={5} height={46} />}>
        {(list) => <Mine list={list.filter(isMine)} />}
      </Loaded>
    </>
  );
}

function Mine({ list }: { list: readonly Holding[] }) {
  const words = useWords().holdings;
  const [own, sample] = [list.filter((row) => !row.sample), list.filter((row) => row.sample)];
  if (list.length === 0) {
    return <Nothing />;
  }
  if (own.length === 0 || sample.length === 0) {
    return (
      <div className={classes.summed}>
        <Sums />
        <Narrowable rows={list} label={words.title} />
      </div>
    );
  }
  return (
    <div className={classes.sections}>
      <Section title={words.own}>
        <Narrowable rows={own} label={words.own} />
      </Section>
      <Section title={words.sample}>
        <Table rows={sample} label={words.sample} />
      </Section>
    </div>
  );
}

/** The holdings that one wants to see, shared or taken along as they stand. */
function Narrowable({ rows, label }: { rows: readonly Holding[]; label: string }) {
  const words = useWords().holdings;
  const [by, setBy] = useState<Narrowed>({ account: null, tag: null });
  const { data: instruments = [] } = useQuery(queries.allInstruments());
  const shown = useMemo(() => narrow(rows, by, instruments), [rows, by, instruments]);
  return (
    <div className={classes.summed}>
      <Tools all={rows} shown={shown} instruments={instruments} by={by} onBy={setBy} />
      {shown.length === 0 ? (
        <EmptyState icon={IconChartPie} title={words.nothingFits} text={words.nothingFitsText} />
      ) : (
        <Table rows={shown} label={label} />
      )}
    </div>
  );
}

/** All of them together, in the currency of the settings. */
function Sums() {
  const words = useWords();
  const { data: portfolio } = useQuery(queries.portfolio());
  if (portfolio === undefined) {
    return <Skeleton height={86} radius="lg" />;
  }
  const { currency } = portfolio;
  const opens = (name: string, shown: ReactNode) => <Explained figure={`portfolio.${name}`}>{shown}</Explained>;
  return (
    <Stats
      items={[
        {
          label: words.holdings.value,
          value: opens("value", <Amount value={portfolio.value} currency={currency} />),
          more: (
            <>
              {words.holdings.cost} {opens("cost", <Amount value={portfolio.cost} currency={currency} />)}
            </>
          ),
        },
        {
          label: words.holdings.today,
          value: opens("day_gain", <Gain value={portfolio.day_gain} currency={currency} />),
          more: opens("day_percent", <Gain value={portfolio.day_percent} />),
        },
        {
          label: words.holdings.gain,
          value: opens("gain", <Gain value={portfolio.gain} currency={currency} />),
          more: opens("gain_percent", <Gain value={portfolio.gain_percent} />),
        },
        {
          label: words.home.totalGain,
          value: opens("total_gain", <Gain value={portfolio.total_gain} currency={currency} />),
          more: (
            <>
              {words.holdings.income} {opens("income", <Amount value={portfolio.income} currency={currency} />)}
            </>
          ),
        },
      ]}
    />
  );
}

function Table({ rows, label }: { rows: readonly Holding[]; label: string }) {
  const words = useWords().holdings;
  const columns = useMemo(() => holdingColumns(words), [words]);
  return (
    <DataTable
      label={label}
      rows={rows}
      columns={columns}
      rowId={(row) => row.id}
      sorted={{ id: "value", desc: true }}
      to={(row) => `/instruments/${encodeURIComponent(row.symbol)}`}
      card={(row) => <HoldingCard row={row} />}
    />
  );
}

function Nothing() {
  const words = useWords().holdings;
  const load = useLoadSample();
  return (
    <EmptyState icon={IconChartPie} title={words.emptyTitle} text={words.emptyText}>
      <Group justify="center">
        <Button component={Link} to="/transactions?new">
          {words.addFirst}
        </Button>
        <Button
          variant="default"
          loading={load.isPending}
          onClick={() => {
            load.mutate(null);
          }}
        >
          {words.loadSample}
        </Button>
      </Group>
    </EmptyState>
  );
}
