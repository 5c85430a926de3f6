/** What came of shared ideas in R, since when each plan was held, and what is missing. */

import { Button, Select, Skeleton, Tooltip } from "@mantine/core";
import { IconCertificate, IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, type ReactNode } from "react";
import { useNavigate, useParams } from "react-router";
import { isProblem } from "../../api/problem";
import { queries } from "../../api/queries";
import { useMe } from "../../api/session";
import type { TrackRecord } from "../../api/types";
import { useSpoken, useWords } from "../../i18n";
import { formatNumber } from "../../lib/money";
import { Percent } from "../../ui/amount";
import { AreaChart } from "../../ui/area-chart";
import { Card, EmptyState, Loaded, PageHeader, Section } from "../../ui/page";
import { usePeople } from "../../ui/people";
import { Stats } from "../../ui/stats";
import { R } from "./r";
import classes from "./record.module.css";
import { Trades } from "./trades";

const HEIGHT = 200;

export default function Record() {
  const words = useWords().record;
  const { did } = useParams();
  const people = usePeople();
  const found = useQuery(queries.record(did));
  const name = did === undefined ? null : people(did).name;
  return (
    <>
      <PageHeader
        title={name === null ? words.title : words.titleOf(name)}
        lead={name === null ? words.lead : words.leadOf(name)}
      >
        <Whose did={did ?? null} />
        {did === undefined && (found.data?.numbers ?? 0) > 0 && (
          <Button
            component="a"
            href="/api/v1/record/export"
            download="track-record.json"
            variant="default"
            leftSection={<IconDownload size={16} stroke={1.8} />}
          >
            {words.export}
          </Button>
        )}
      </PageHeader>
      {isProblem(found.error, "not-found") && name !== null ? (
        <EmptyState icon={IconCertificate} title={words.emptyOf(name)} text={words.emptyOfText} />
      ) : (
        <Loaded query={found} skeleton={<Skeleton height={480} radius="lg" />}>
          {(record) => <Whole record={record} />}
        </Loaded>
      )}
    </>
  );
}

function Whose({ did }: { did: string | null }) {
  const words = useWords().record;
  const navigate = useNavigate();
  const me = useMe();
  const { data: friends = [] } = useQuery(queries.friends());
  const known = friends.filter(({ state }) => state === "friend");
  return (
    <Select
      aria-label={words.whose}
      allowDeselect={false}
      w={180}
      value={did ?? me.did}
      onChange={(value) => {
        void navigate(value === null || value === me.did ? "/record" : `/record/${encodeURIComponent(value)}`);
      }}
      data={[
        { value: me.did, label: words.mine },
        ...known.map((friend) => ({ value: friend.did, label: friend.name })),
      ]}
    />
  );
}

function Whole({ record }: { record: TrackRecord }) {
  const words = useWords().record;
  if (record.numbers === 0 && record.trades.length === 0) {
    return <EmptyState icon={IconCertificate} title={words.emptyTitle} text={words.emptyText} />;
  }
  return (
    <div className={classes.page}>
      <Figures record={record} />
      {record.equity.length > 1 && <Equity record={record} />}
      <Section title={words.trades}>
        <Trades rows={record.trades} />
      </Section>
      <Section title={words.proof}>
        <Proof record={record} />
      </Section>
    </div>
  );
}

function Figures({ record }: { record: TrackRecord }) {
  const { words, locale } = useSpoken();
  const text = words.record;
  const hinted = (hint: string, value: ReactNode) => (
    <Tooltip label={hint} multiline maw={280}>
      <span>{value}</span>
    </Tooltip>
  );
  const { days_in_trade: days, profit_factor: factor } = record;
  return (
    <Stats
      items={[
        {
          label: text.hitRate,
          value: <Percent value={record.hit_rate} form={{ min: 0, max: 1 }} />,
          more: text.hits(record.wins, record.counted),
        },
        { label: text.expectancy, value: hinted(text.expectancyHint, <R value={record.expectancy} />) },
        { label: text.total, value: <R value={record.total_r} /> },
        {
          label: text.profitFactor,
          value: hinted(text.profitFactorHint, factor === null ? "–" : formatNumber(factor, locale, { min: 2, max: 2 })),
        },
        { label: text.drawdown, value: <R value={record.drawdown_r === "0" ? "0" : `-${record.drawdown_r}`} /> },
        { label: text.inTrade, value: days === null ? "–" : text.days(formatNumber(days, locale, { min: 0, max: 1 })) },
      ]}
    />
  );
}

function Equity({ record }: { record: TrackRecord }) {
  const words = useWords().record;
  const area = useMemo(() => {
    const byDay = new Map(record.equity.map(({ at, r }) => [at.slice(0, 10), r])); // the last of a day
    return Array.from(byDay, ([date, value]) => ({ date, value }));
  }, [record.equity]);
  return (
    <Card>
      <AreaChart label={words.equity} height={HEIGHT} points={area} digits={1} />
    </Card>
  );
}

function Proof({ record }: { record: TrackRecord }) {
  const words = useWords().record;
  const people = usePeople();
  const me = useMe();
  const witnesses = record.witnesses.map((did) => (did === me.did ? words.you : people(did).name));
  const missing = record.missing === 0 ? words.noneMissing : words.missing(record.missing);
  return (
    <Card>
      <div className={classes.proof}>
        <p>{words.explain}</p>
        <p>{record.journal ? `${words.entries(record.numbers)}, ${missing}.` : words.noJournal}</p>
        {record.twice.length > 0 && <p>{words.twice(record.twice.join(", "))}</p>}
        <p>{witnesses.length === 0 ? words.noWitness : words.witnesses(witnesses.join(", "))}</p>
      </div>
    </Card>
  );
}
