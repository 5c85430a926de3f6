/** Removing and blocking: asked first, with everything that is taken back. */

import { Button, List, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { useBlock, useRemove } from "../../api/friendship";
import { isProblem, type ProblemError } from "../../api/problem";
import { queries } from "../../api/queries";
import type { Friend, GivenShare } from "../../api/types";
import { useWords } from "../../i18n";
import { useConfirm } from "../../ui/confirm";
import { Card, Section } from "../../ui/page";
import { useToasts } from "../../ui/toasts";
import classes from "./friends.module.css";

function Consequences({ intro, symbols, end }: { intro: string; symbols: readonly string[]; end?: string }) {
  return (
    <Stack gap="xs">
      <Text size="sm">{intro}</Text>
      {symbols.length > 0 && (
        <List size="sm">
          {symbols.map((symbol, index) => (
            <List.Item key={index}>
              <strong>{symbol}</strong>
            </List.Item>
          ))}
        </List>
      )}
      {end !== undefined && <Text size="sm">{end}</Text>}
    </Stack>
  );
}

/** The symbols of what the planner says would be taken back (its `errors` name the positions). */
function named(problem: ProblemError, given: readonly GivenShare[]): string[] {
  return problem.faults.map(({ where, detail }) => {
    const share = given.find(({ position_id: id }) => where.endsWith(`/${id}`));
    return share?.symbol ?? detail;
  });
}

/**
 * Removes a friend. The page asks with what it knows; should the planner know of more, it refuses
 * with the whole list, and that one is asked about.
 */
export function useRemoval(friend: Friend): () => Promise<void> {
  const { detail } = useWords().friends;
  const { data: all = [] } = useQuery(queries.given());
  const given = all.filter(({ did }) => did === friend.did);
  const confirm = useConfirm();
  const toasts = useToasts();
  const navigate = useNavigate();
  const remove = useRemove(({ name }) => detail.removed(name));

  const ask = (symbols: readonly string[]) =>
    confirm({
      title: detail.removeTitle(friend.name),
      text:
        symbols.length === 0 ? (
          detail.removePlain(friend.name)
        ) : (
          <Consequences intro={detail.removeLists(friend.name)} symbols={symbols} end={detail.removeText} />
        ),
      action: detail.remove,
    });
  const attempt = async (symbols: readonly string[]): Promise<void> => {
    if (!(await ask(symbols))) {
      return;
    }
    try {
      await remove.mutateAsync({ friend, confirmed: symbols.length > 0 });
      void navigate("/friends");
    } catch (error) {
      if (isProblem(error, "conflict") && error.faults.length > 0) {
        await attempt(named(error, given));
      } else {
        toasts.refused(error);
      }
    }
  };
  return () => attempt(given.map(({ symbol }) => symbol));
}

export function Ending({ friend }: { friend: Friend }) {
  const { detail } = useWords().friends;
  const { data: all = [] } = useQuery(queries.given());
  const confirm = useConfirm();
  const block = useBlock();
  const remove = useRemoval(friend);
  const blockNow = async () => {
    const symbols = all.filter(({ did }) => did === friend.did).map(({ symbol }) => symbol);
    const intro = symbols.length === 0 ? detail.blockPlain(friend.name) : detail.removeLists(friend.name);
    const sure = await confirm({
      title: detail.blockTitle(friend.name),
      text: (
        <Consequences
          intro={intro}
          symbols={symbols}
          {...(symbols.length > 0 ? { end: detail.blockPlain(friend.name) } : {})}
        />
      ),
      action: detail.block,
    });
    if (sure) {
      block.mutate(friend);
    }
  };
  return (
    <Section title={detail.end}>
      <Card>
        <div className={classes.ending}>
          <span>
            <strong>{detail.remove}</strong>
            <span className={classes.quiet}>{detail.removeText}</span>
          </span>
          <Button variant="default" onClick={() => void remove()}>
            {detail.remove}
          </Button>
        </div>
        {friend.state !== "blocked" && (
          <div className={classes.ending}>
            <span>
              <strong>{detail.block}</strong>
              <span className={classes.quiet}>{detail.blockText}</span>
            </span>
            <Button variant="default" color="vermilion" onClick={() => void blockNow()}>
              {detail.block}
            </Button>
          </div>
        )}
      </Card>
    </Section>
  );
}
