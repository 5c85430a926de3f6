/** How what is owned is spread over classes, currencies, regions, tags, accounts and instruments. */

import { Skeleton } from "@mantine/core";
import { IconChartDonut } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queries, type AllocationBy } from "../../api/queries";
import type { Allocation as Report } from "../../api/types";
import { useWords, type Words } from "../../i18n";
import { Amount, Percent } from "../../ui/amount";
import type { BarRow } from "../../ui/bars";
import { Explained } from "../../ui/explain";
import { Card, EmptyState, Loaded, PageHeader, Section } from "../../ui/page";
import { Spread } from "../../ui/spread";
import { Stats } from "../../ui/stats";
import classes from "./allocation.module.css";

const GROUPS: readonly AllocationBy[] = ["class", "currency", "region", "tag", "account", "symbol"];

export default function Allocation() {
  const words = useWords().allocation;
  const [by, setBy] = useState<AllocationBy>("class");
  const found = useQuery(queries.allocation(by));
  return (
    <>
      <PageHeader title={words.title} lead={words.lead} />
      <Loaded query={found} skeleton={<Skeleton height={420} radius="lg" />}>
        {(report) =>
          report.items.length === 0 && report.unpriced.length === 0 ? (
            <EmptyState icon={IconChartDonut} title={words.emptyTitle} text={words.emptyText} />
          ) : (
            <Whole report={report} by={by} onBy={setBy} />
          )
        }
      </Loaded>
    </>
  );
}

function Sum({ report }: { report: Report }) {
  return (
    <Explained figure="allocation.total">
      <Amount value={report.value} currency={report.currency} />
    </Explained>
  );
}

interface WholeProps {
  readonly report: Report;
  readonly by: AllocationBy;
  readonly onBy: (by: AllocationBy) => void;
}

function Whole({ report, by, onBy }: WholeProps) {
  const words = useWords().allocation;
  const rows = report.items.map(
    (group): BarRow => ({
      id: group.key ?? "",
      label: nameOf(group, report.by, words),
      size: group.value,
      value: (
        <>
          <strong>
            <Explained figure="allocation.weight_percent" asked={{ by: report.by, key: group.key ?? "" }}>
              <Percent value={group.weight_percent} form={{ min: 1, max: 2 }} />
            </Explained>
          </strong>
          <Explained figure="allocation.value" asked={{ by: report.by, key: group.key ?? "" }}>
            <Amount value={group.value} currency={report.currency} />
          </Explained>
        </>
      ),
      ...(report.by !== "symbol" && { more: contents(group, words) }),
    }),
  );
  return (
    <Spread
      sums={<Stats items={[{ label: words.value, value: <Sum report={report} /> }]} />}
      label={words.by}
      by={by}
      onBy={onBy}
      groups={GROUPS.map((value) => ({ value, label: words.groups[value] }))}
      title={words.of}
      rows={rows}
    >
      {report.unpriced.length > 0 && (
        <Section title={words.unpriced}>
          <Card>
            <dl className={classes.unpriced}>
              {report.unpriced.map(({ symbol, reason }) => (
                <div key={symbol}>
                  <dt>{symbol}</dt>
                  <dd>{reason}</dd>
                </div>
              ))}
            </dl>
          </Card>
        </Section>
      )}
    </Spread>
  );
}

type Group = Report["items"][number];

function nameOf({ key, name }: Group, by: AllocationBy, words: Words["allocation"]): string {
  if (key === null) {
    return words.unknown[by];
  }
  if (by === "class") {
    return (words.classes as Readonly<Record<string, string>>)[key] ?? key;
  }
  return name === null ? key : `${key} · ${name}`;
}

function contents({ symbols, cash }: Group, words: Words["allocation"]): string {
  return [...symbols, ...(cash ? [words.withCash] : [])].join(", ");
}
