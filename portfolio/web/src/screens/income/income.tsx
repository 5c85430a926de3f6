/** What was paid: dividends and interest by month, year, instrument or account. */

import { SegmentedControl, Skeleton } from "@mantine/core";
import { IconCoins } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queries, type IncomeBy } from "../../api/queries";
import type { Income as Report, IncomeGroup } from "../../api/types";
import { useSpoken, useWords } from "../../i18n";
import { Amount } from "../../ui/amount";
import { Bars, type BarRow } from "../../ui/bars";
import { Explained } from "../../ui/explain";
import { Card, EmptyState, Loaded, PageHeader } from "../../ui/page";
import { Stats } from "../../ui/stats";
import classes from "./income.module.css";

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
            <div className={classes.page}>
              <Sums total={report.total} currency={report.currency} />
              <SegmentedControl
                aria-label={words.by}
                value={by}
                onChange={setBy}
                data={GROUPS.map((value) => ({ value, label: words.groups[value] }))}
                className={classes.by ?? ""}
              />
              <Groups report={report} />
            </div>
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

function Groups({ report }: { report: Report }) {
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
    <Card>
      <Bars label={words.income.title} rows={rows} />
    </Card>
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
