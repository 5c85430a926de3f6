/** What there is to know at a glance. */

import { Button, Group } from "@mantine/core";
import { IconChartPie } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { queries } from "../../api/queries";
import type { Portfolio } from "../../api/types";
import { useWords } from "../../i18n";
import { useLoadSample } from "../../shell/sample";
import { Card, EmptyState, Loaded, PageHeader } from "../../ui/page";
import { Checklist } from "./checklist";
import { Hero, HeroSkeleton } from "./hero";
import classes from "./home.module.css";
import { Movers, Near, SinceLooked } from "./lists";

export default function Home() {
  const words = useWords();
  const portfolio = useQuery(queries.portfolio());
  return (
    <>
      <PageHeader title={words.home.title} silent />
      <div className={classes.page}>
        <Loaded query={portfolio} skeleton={<HeroSkeleton />}>
          {(found) => (isEmpty(found) ? <Nothing /> : <Hero portfolio={found} />)}
        </Loaded>
        <div className={classes.columns}>
          <div className={classes.column}>
            <Near />
            {portfolio.data !== undefined && !isEmpty(portfolio.data) && <Movers sample={portfolio.data.sample} />}
          </div>
          <div className={classes.column}>
            <Checklist />
            <SinceLooked />
          </div>
        </div>
      </div>
    </>
  );
}

function isEmpty({ holdings, total_gain: gain }: Portfolio): boolean {
  return holdings === 0 && (gain === null || gain === "0");
}

function Nothing() {
  const words = useWords();
  const load = useLoadSample();
  return (
    <Card bare>
      <EmptyState icon={IconChartPie} title={words.home.empty.title} text={words.home.empty.text}>
        <Group justify="center">
          <Button component={Link} to="/transactions?new">
            {words.transactions.add}
          </Button>
          <Button
            variant="default"
            loading={load.isPending}
            onClick={() => {
              load.mutate(null);
            }}
          >
            {words.holdings.loadSample}
          </Button>
        </Group>
      </EmptyState>
    </Card>
  );
}
