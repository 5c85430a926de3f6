/** What was paid: dividends and interest by month, year, instrument or account. */

import { Skeleton } from "@mantine/core";
import { IconCoins } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queries, type IncomeBy } from "../../api/queries";
import type { Income as Report, IncomeGroup } from "../../api/types";
import { useSpoken, useWords } from "../../i18n";
import { Amount } from "../../ui/amount";
import type { BarRow } from "../../ui/bars";
import { Explained } from "../../ui/explain";
import { EmptyState, Loaded, PageHeader } from "../../ui/page";
import { Spread } from "../../ui/spread";
import { Stats } from "../../ui/stats";

const GROUPS: readonly IncomeBy[] = ["month", "year", "symbol", "account"];

export default function Income() {
  const words = useWords().income;
  const [by, setBy] = useState<IncomeBy>("year");
  const found = useQuery(queries.income(by));
  return (
    <>
      <PageHeader title={words.title} lead={words.lead} />
      <Loaded query={found} skeleton={<Skeleton height={420} radius="lg" />}>
        {(report) =>
          report.total.payments === 0 ? (
            <EmptyState icon={IconCoins} title={words.emptyTitle} text={words.emptyText} />
          ) : (
            <Whole report={report} by={by} onBy={setBy} />
          )
        }
      </Loaded>
    </>
  );
}

function Sums({ total, currency }: { total: IncomeGroup; currency: string }) {
  const words = useWords().income;
  const opens = (name: "net" | "gross" | "tax" | "fee") => (
    <Explained figure={`income.total.${name}`}>
      <Amount value={total[name]} currency={currency} />
    </Explained>
  );
  return (
    <Stats
      items={[
        {
          label: words.net,
          value: opens("net"),
          more: total.reason ?? words.payments(total.payments),
        },
        { label: words.gross, value: opens("gross") },
        { label: words.tax, value: opens("tax") },
        { label: words.fee, value: opens("fee") },
      ]}
    />
  );
}

interface WholeProps {
  readonly report: Report;
  readonly by: IncomeBy;
  readonly onBy: (by: IncomeBy) => void;
}

function Whole({ report, by, onBy }: WholeProps) {
  const { words, locale } = useSpoken();
  const name = ({ key, name: title }: IncomeGroup): string => {
    if (report.by === "month") {
      return new Date(`${key}-01T00:00:00Z`).toLocaleDateString(locale, { month: "long", year: "numeric", timeZone: "UTC" });
    }
    if (key === "") {
      return report.by === "symbol" ? words.income.cash : words.income.noAccount;
    }
    return title === null ? key : `${key} · ${title}`;
  };
  const items = report.by === "month" || report.by === "year" ? [...report.items].reverse() : report.items;
  const rows = items.map(
    (group): BarRow => ({
      id: group.key,
      label: name(group),
      size: group.net ?? "0",
      value: (
        <Explained figure="income.net" asked={{ by: report.by, key: group.key }}>
          <Amount value={group.net} currency={report.currency} />
        </Explained>
      ),
      more: more(group, words.income, report.currency),
    }),
  );
  return (
    <Spread
      sums={<Sums total={report.total} currency={report.currency} />}
      label={words.income.by}
      by={by}
      onBy={onBy}
      groups={GROUPS.map((value) => ({ value, label: words.income.groups[value] }))}
      title={words.income.title}
      rows={rows}
    />
  );
}

/** How many payments, and in which currencies if they were others. */
function more(group: IncomeGroup, words: ReturnType<typeof useWords>["income"], currency: string) {
  const others = group.currencies.filter((each) => each.currency !== currency);
  return (
    <>
      {group.reason ?? words.payments(group.payments)}
      {others.map((each) => (
        <span key={each.currency}>
          {" · "}
          <Amount value={each.net} currency={each.currency} />
        </span>
      ))}
    </>
  );
}
