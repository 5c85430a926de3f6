/** The inbox: what asks for attention, until it was read. */

import { ActionIcon, Button, Group, SegmentedControl, Tooltip } from "@mantine/core";
import { IconCheck, IconChecks, IconInbox } from "@tabler/icons-react";
import { useInfiniteQuery, type InfiniteData, type QueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { useChange } from "../../api/change";
import { api, data } from "../../api/client";
import { keys, queries } from "../../api/queries";
import type { Notification } from "../../api/types";
import { useWords } from "../../i18n";
import { condensed } from "../../lib/happenings";
import { useShortcut } from "../../lib/keyboard";
import { isUnread, useSeen } from "../../lib/seen";
import { HappeningRow } from "../../ui/happening";
import { Happenings } from "../../ui/happenings";
import { EmptyState, Loaded, PageHeader } from "../../ui/page";
import { SkeletonRows } from "../../ui/skeletons";
import { RequestActions } from "./request-actions";

interface Listed {
  readonly items: Notification[];
  readonly next: string | null;
  readonly unread: number;
}

/** As the planner will show it once everything up to `to` is read. */
function showRead(cache: QueryClient, to: string): void {
  cache.setQueryData<InfiniteData<Listed>>(keys.notifications, (before) => {
    if (before === undefined) {
      return before;
    }
    const unread = before.pages.flatMap((page) => page.items).filter(({ id, read }) => !read && id > to).length;
    const pages = before.pages.map((page) => ({
      ...page,
      unread,
      items: page.items.map((item) => (item.id <= to ? { ...item, read: true } : item)),
    }));
    return { ...before, pages };
  });
}

function useMarkRead() {
  return useChange<string, unknown>({
    send: (to) => data(api.PATCH("/api/v1/notifications", { body: { read_to: to } })),
    touches: () => [keys.notifications],
    show: showRead,
    stale: () => [keys.notifications],
  });
}

export default function Inbox() {
  const words = useWords();
  const query = useInfiniteQuery(queries.notifications());
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const unread = query.data?.pages[0]?.unread ?? 0;
  const [show, setShow] = useState<"all" | "unread">("all");
  const mark = useMarkRead();
  const [newest] = items;
  const markAll = () => {
    if (newest !== undefined && unread > 0) {
      mark.mutate(newest.id);
    }
  };
  useShortcut("m", words.inbox.markAll, words.shell.groups.act, markAll);
  return (
    <>
      <PageHeader title={words.inbox.title} lead={query.data && (unread > 0 ? words.inbox.unread(unread) : words.inbox.lead)}>
        {items.length > 0 && (
          <>
            <SegmentedControl
              size="xs"
              aria-label={words.inbox.show}
              value={show}
              data={[
                { value: "all", label: words.inbox.all },
                { value: "unread", label: words.inbox.onlyUnread },
              ]}
              onChange={(value) => {
                setShow(value === "unread" ? "unread" : "all");
              }}
            />
            <Button
              variant="default"
              size="xs"
              leftSection={<IconChecks size={16} stroke={1.8} />}
              disabled={unread === 0}
              onClick={markAll}
            >
              {words.inbox.markAll}
            </Button>
          </>
        )}
      </PageHeader>
      <Loaded query={query} skeleton={<SkeletonRows rows={6} height={76} />}>
        {() =>
          items.length === 0 ? (
            <Nothing />
          ) : (
            <Entries
              items={items}
              onlyUnread={show === "unread"}
              onRead={mark.mutate}
              onShowAll={() => {
                setShow("all");
              }}
            />
          )
        }
      </Loaded>
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

interface EntriesProps {
  readonly items: readonly Notification[];
  readonly onlyUnread: boolean;
  readonly onRead: (to: string) => void;
  readonly onShowAll: () => void;
}

function Entries({ items, onlyUnread, onRead, onShowAll }: EntriesProps) {
  const words = useWords();
  const { seen } = useSeen();
  const [opened] = useState(() => items[0]?.id ?? "");
  const unreadAre = (item: Notification) => isUnread(item, seen);
  const chosen = onlyUnread ? items.filter(unreadAre) : items;
  const shown = condensed(chosen, (newer, older) => unreadAre(newer) !== unreadAre(older));
  if (shown.length === 0) {
    return (
      <EmptyState icon={IconChecks} title={words.inbox.done.title} text={words.inbox.done.text}>
        <Button variant="default" onClick={onShowAll}>
          {words.inbox.done.action}
        </Button>
      </EmptyState>
    );
  }
  return (
    <Happenings
      items={shown}
      row={(item) => (
        <HappeningRow
          happening={item}
          unread={unreadAre(item)}
          fresh={item.id > opened}
          aside={unreadAre(item) ? <ReadTo item={item} onRead={onRead} /> : undefined}
        >
          <RequestActions happening={item} />
        </HappeningRow>
      )}
    />
  );
}

function ReadTo({ item, onRead }: { item: Notification; onRead: (to: string) => void }) {
  const { markTo } = useWords().inbox;
  return (
    <Tooltip label={markTo}>
      <ActionIcon
        aria-label={markTo}
        size="md"
        onClick={() => {
          onRead(item.id);
        }}
      >
        <IconCheck size={17} stroke={1.8} />
      </ActionIcon>
    </Tooltip>
  );
}

function Nothing() {
  const { empty } = useWords().inbox;
  return (
    <EmptyState icon={IconInbox} title={empty.title} text={empty.text}>
      <Button component={Link} to="/friends?new">
        {empty.action}
      </Button>
    </EmptyState>
  );
}
