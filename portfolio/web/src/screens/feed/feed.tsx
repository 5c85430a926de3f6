/** The feed: what everybody did, the newest first, with a line where one left off. */

import { Button, Group, SegmentedControl, Select } from "@mantine/core";
import { IconFilterOff, IconRss } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { queries } from "../../api/queries";
import { useMe } from "../../api/session";
import type { Happening } from "../../api/types";
import { useWords } from "../../i18n";
import { condensed, topicOf, type Topic } from "../../lib/happenings";
import { readStored, writeStored } from "../../lib/stored";
import { HappeningRow } from "../../ui/happening";
import { Happenings } from "../../ui/happenings";
import { EmptyState, Loaded, PageHeader } from "../../ui/page";
import { SkeletonRows } from "../../ui/skeletons";
import classes from "./feed.module.css";
import { FeedExample } from "./example";

const LOOKED = "feed.looked";
const TOPICS: readonly (Topic | "all")[] = ["all", "ideas", "comments", "shares", "friends"];

/** Up to where the feed was read when this screen was opened; what is on screen now is read next time. */
function useLooked(newest: string | undefined): string | null {
  const [looked] = useState(() => readStored(LOOKED));
  useEffect(() => {
    if (newest === undefined) {
      return undefined;
    }
    const keep = () => {
      if (!document.hidden && newest > (readStored(LOOKED) ?? "")) {
        writeStored(LOOKED, newest);
      }
    };
    keep();
    document.addEventListener("visibilitychange", keep);
    return () => {
      document.removeEventListener("visibilitychange", keep);
    };
  }, [newest]);
  return looked;
}

export default function Feed() {
  const words = useWords();
  const query = useInfiniteQuery(queries.feed());
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const looked = useLooked(items[0]?.id);
  return (
    <>
      <PageHeader title={words.feed.title} lead={words.feed.lead}>
        {items.length > 0 && <Filters />}
      </PageHeader>
      <Loaded query={query} skeleton={<SkeletonRows rows={7} height={76} />}>
        {() => (items.length === 0 ? <Nothing /> : <Entries items={items} looked={looked} query={query} />)}
      </Loaded>
    </>
  );
}

function useFilter(): { topic: Topic | "all"; who: string; choose: (name: "show" | "who", value: string) => void } {
  const [params, setParams] = useSearchParams();
  const topic = TOPICS.find((each) => each === params.get("show")) ?? "all";
  const choose = (name: "show" | "who", value: string) => {
    setParams(
      (before) => {
        if (value === "" || value === "all") {
          before.delete(name);
        } else {
          before.set(name, value);
        }
        return before;
      },
      { replace: true },
    );
  };
  return { topic, who: params.get("who") ?? "", choose };
}

function Filters() {
  const words = useWords();
  const me = useMe();
  const { data: friends } = useQuery(queries.friends());
  const { topic, who, choose } = useFilter();
  const people = (friends ?? []).filter(({ state }) => state === "friend" || state === "key_changed");
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label={words.feed.filter}
        value={topic}
        className={classes.topics ?? ""}
        data={TOPICS.map((value) => ({ value, label: words.feed.topics[value] }))}
        onChange={(value) => {
          choose("show", value);
        }}
      />
      {people.length > 0 && (
        <Select
          size="xs"
          w={150}
          aria-label={words.feed.person}
          allowDeselect={false}
          value={who}
          data={[
            { value: "", label: words.feed.everybody },
            { value: me.did, label: words.common.you },
            ...people.map(({ did, name }) => ({ value: did, label: name })),
          ]}
          onChange={(value) => {
            choose("who", value ?? "");
          }}
        />
      )}
    </>
  );
}

interface EntriesProps {
  readonly items: readonly Happening[];
  readonly looked: string | null;
  readonly query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
}

function Entries({ items, looked, query }: EntriesProps) {
  const words = useWords();
  const { topic, who } = useFilter();
  const [opened] = useState(() => items[0]?.id ?? "");
  const isNew = (item: Happening) => looked !== null && item.id > looked;
  const chosen = items.filter((item) => (topic === "all" || topicOf(item) === topic) && (who === "" || item.who === who));
  const shown = condensed(chosen, (newer, older) => isNew(newer) !== isNew(older));
  const news = shown.filter(isNew).length;
  const lineBefore = news > 0 ? shown[news]?.id : undefined;
  return (
    <>
      {shown.length === 0 ? (
        <NothingChosen />
      ) : (
        <Happenings
          items={shown}
          above={(item) => item.id === lineBefore && <LookedLine news={news} />}
          row={(item) => <HappeningRow happening={item} fresh={item.id > opened} />}
        />
      )}
      {query.hasNextPage && (
        <Group mt="md">
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {words.common.loadMore}
          </Button>
        </Group>
      )}
    </>
  );
}

function LookedLine({ news }: { news: number }) {
  const words = useWords();
  return (
    <p className={classes.looked} data-testid="looked">
      <span>
        {words.feed.newSince(news)}
        <span className="sr-only">. {words.feed.sinceLooked}</span>
      </span>
    </p>
  );
}

function Nothing() {
  const { empty } = useWords().feed;
  return (
    <EmptyState icon={IconRss} title={empty.title} text={empty.text} example={<FeedExample />}>
      <Button component={Link} to="/friends?new">
        {empty.action}
      </Button>
    </EmptyState>
  );
}

function NothingChosen() {
  const { filtered } = useWords().feed;
  return (
    <EmptyState icon={IconFilterOff} title={filtered.title} text={filtered.text}>
      <Button variant="default" component={Link} to="/feed" replace>
        {filtered.action}
      </Button>
    </EmptyState>
  );
}
