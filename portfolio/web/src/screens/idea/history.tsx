/** Every change of an idea: who, when, from what to what; the newest first. */

import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { queries } from "../../api/queries";
import type { Change, Idea } from "../../api/types";
import { useSpoken } from "../../i18n";
import { Ago } from "../../ui/ago";
import { ErrorState } from "../../ui/page";
import { usePeople } from "../../ui/people";
import { Avatar } from "../../ui/person";
import { SkeletonText } from "../../ui/skeletons";
import classes from "./comments.module.css";
import { isShown, moved } from "./moves";
import type { Value } from "./revise";
import { moveText } from "./telling";

export function History({ idea }: { idea: Idea }) {
  const { words } = useSpoken();
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery(
    queries.history(idea.id),
  );
  if (isPending) {
    return <SkeletonText lines={5} />;
  }
  if (data === undefined) {
    return <ErrorState error={error} onRetry={() => void refetch()} />;
  }
  const changes = data.pages.flatMap((page) => page.items).filter(({ field }) => isShown(field));
  return (
    <>
      <ol className={classes.history}>
        {changes.map((change, index) => (
          <Step key={`${change.at} ${change.field} ${index}`} change={change} />
        ))}
        {!hasNextPage && <Began idea={idea} />}
      </ol>
      {hasNextPage && (
        <Button variant="default" size="xs" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {words.common.loadMore}
        </Button>
      )}
    </>
  );
}

function Step({ change }: { change: Change }) {
  const { words, locale } = useSpoken();
  const person = usePeople()(change.who);
  if (!isShown(change.field)) {
    return null;
  }
  const move = moved(change.field, change.from as Value, change.to as Value);
  return (
    <li className={classes.step}>
      <Avatar name={person.name} colour={person.colour} size={20} />
      <span>{moveText(person.isMe ? words.common.you : person.name, move, words, locale)}</span>
      <span className={classes.when}>
        <Ago at={change.at} off={change.clock_off} />
      </span>
    </li>
  );
}

function Began({ idea }: { idea: Idea }) {
  const { words } = useSpoken();
  const person = usePeople()(idea.owner);
  return (
    <li className={classes.step}>
      <Avatar name={person.name} colour={person.colour} size={20} />
      <span>{words.idea.wrote(person.isMe ? words.common.you : person.name)}</span>
      <span className={classes.when}>
        <Ago at={idea.created} />
      </span>
    </li>
  );
}
