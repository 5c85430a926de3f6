/** What friends share with me, live: their ideas as cards, their holdings as a table. */

import { Button, SimpleGrid } from "@mantine/core";
import { IconFilterOff, IconUserShare } from "@tabler/icons-react";
import { useInfiniteQuery, useQueries, type UseQueryResult } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link } from "react-router";
import { queries } from "../../api/queries";
import { useMe } from "../../api/session";
import type { Holding, Idea, Notification } from "../../api/types";
import { useWords } from "../../i18n";
import { unreadOf, useSeen } from "../../lib/seen";
import { IdeaCard } from "../../ui/idea-card";
import { EmptyState, Loaded, PageHeader, Section } from "../../ui/page";
import { SkeletonCards } from "../../ui/skeletons";
import { SharedExample } from "./example";
import { Filters, type Choice, useChoice } from "./filters";
import { SharedHoldings } from "./holdings";
import classes from "./shared.module.css";

type News = ReadonlyMap<string, readonly Notification[]>;
interface Theirs {
  readonly ideas: readonly Idea[];
  readonly holdings: readonly Holding[];
}

/** Ideas and holdings of others, as one query: there, on the way or failed together. */
function useTheirs(): UseQueryResult<Theirs> {
  const me = useMe();
  return useQueries({
    queries: [queries.ideas(), queries.holdings()],
    combine: ([ideas, holdings]) => {
      const theirs = ({ owner, sample }: Idea | Holding) => owner !== me.did && !sample;
      const data =
        ideas.data && holdings.data
          ? { ideas: ideas.data.filter(theirs), holdings: holdings.data.filter(theirs) }
          : undefined;
      const refetch = () => Promise.all([ideas.refetch(), holdings.refetch()]);
      const isError = ideas.isError || holdings.isError;
      return { data, isError, error: ideas.error ?? holdings.error, refetch } as unknown as UseQueryResult<Theirs>;
    },
  });
}

function useNews(): News {
  const { data } = useInfiniteQuery(queries.notifications());
  const { seen } = useSeen();
  return useMemo(() => unreadOf(data?.pages.flatMap((page) => page.items) ?? [], seen), [data, seen]);
}

export default function Shared() {
  const words = useWords();
  const query = useTheirs();
  return (
    <>
      <PageHeader title={words.shared.title} lead={words.shared.lead} />
      <Loaded query={query} skeleton={<SkeletonCards cards={4} height={150} />}>
        {(theirs) => (theirs.ideas.length + theirs.holdings.length === 0 ? <Nothing /> : <Everything theirs={theirs} />)}
      </Loaded>
    </>
  );
}

function fits<T extends Idea | Holding>(items: readonly T[], choice: Choice, news: News): T[] {
  const symbol = choice.symbol.trim().toLocaleUpperCase();
  return items.filter(
    (item) =>
      (choice.who === "" || item.owner === choice.who) &&
      item.symbol.toLocaleUpperCase().includes(symbol) &&
      (!choice.onlyNews || news.has(item.id)),
  );
}

/** What is new comes first, then what was touched last. */
function byNews(news: News): (a: Idea, b: Idea) => number {
  const rank = (idea: Idea) => (news.has(idea.id) ? `1${news.get(idea.id)?.[0]?.at ?? ""}` : `0${idea.updated}`);
  return (a, b) => (rank(a) < rank(b) ? 1 : -1);
}

function Everything({ theirs }: { theirs: Theirs }) {
  const words = useWords();
  const news = useNews();
  const { choice, choose } = useChoice();
  const people = [...new Set([...theirs.ideas, ...theirs.holdings].map(({ owner }) => owner))];
  const ideas = fits(theirs.ideas, choice, news).sort(byNews(news));
  const holdings = fits(theirs.holdings, choice, news);
  const all = [...theirs.ideas, ...theirs.holdings];
  return (
    <div className={classes.sections}>
      <Filters people={people} choice={choice} news={all.filter(({ id }) => news.has(id)).length} choose={choose} />
      {ideas.length > 0 && (
        <Section title={words.shared.ideas}>
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm" component="ul" className={classes.cards ?? ""}>
            {ideas.map((idea) => (
              <li key={idea.id} className={classes.item}>
                <SharedIdea idea={idea} news={news.get(idea.id) ?? []} />
              </li>
            ))}
          </SimpleGrid>
        </Section>
      )}
      {holdings.length > 0 && (
        <Section title={words.shared.holdings}>
          <SharedHoldings holdings={holdings} />
        </Section>
      )}
      {ideas.length + holdings.length === 0 && <NothingChosen />}
    </div>
  );
}

function SharedIdea({ idea, news }: { idea: Idea; news: readonly Notification[] }) {
  const words = useWords();
  const { missing } = idea.complete;
  return (
    <div className={classes.card} data-fresh={news.length > 0}>
      <IdeaCard
        idea={idea}
        fresh={news.length > 0}
        withState
        title={(symbol) => (
          <Link to={`/ideas/${idea.id}`} className={classes.open}>
            {symbol}
          </Link>
        )}
        aside={
          missing > 0 ? (
            <span className={classes.missing}>{words.shared.missing(missing)}</span>
          ) : news.length > 0 ? (
            <span className={classes.news}>{words.shared.news(news.length)}</span>
          ) : (
            words.common.roles[idea.role]
          )
        }
      />
    </div>
  );
}

function Nothing() {
  const { empty } = useWords().shared;
  return (
    <EmptyState icon={IconUserShare} title={empty.title} text={empty.text} example={<SharedExample />}>
      <Button component={Link} to="/friends?new">
        {empty.action}
      </Button>
    </EmptyState>
  );
}

function NothingChosen() {
  const { filtered } = useWords().shared;
  return (
    <EmptyState icon={IconFilterOff} title={filtered.title} text={filtered.text}>
      <Button variant="default" component={Link} to="/shared" replace>
        {filtered.action}
      </Button>
    </EmptyState>
  );
}
