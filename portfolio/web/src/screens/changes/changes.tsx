/** What I wrote last, newest first, each with its way back and who had received it. */

import { Button } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { queries } from "../../api/queries";
import type { Write } from "../../api/types";
import { useUndo } from "../../api/undo";
import { useWords } from "../../i18n";
import { Ago } from "../../ui/ago";
import { RemarkChip } from "../../ui/chips";
import { useConfirm } from "../../ui/confirm";
import { Card, EmptyState, Loaded, PageHeader } from "../../ui/page";
import { SkeletonRows } from "../../ui/skeletons";
import { useToasts } from "../../ui/toasts";
import classes from "./changes.module.css";
import { saidOf } from "./said";

export default function Changes() {
  const words = useWords().changes;
  const writes = useQuery(queries.writes());
  return (
    <>
      <PageHeader title={words.title} lead={words.lead} />
      <Loaded query={writes} skeleton={<SkeletonRows rows={8} height={56} />}>
        {(list) =>
          list.length === 0 ? (
            <EmptyState icon={IconArrowBackUp} title={words.emptyTitle} text={words.emptyText} />
          ) : (
            <Card bare>
              <ol className={classes.list} aria-label={words.list}>
                {list.map((write) => (
                  <Row key={write.id} write={write} />
                ))}
              </ol>
            </Card>
          )
        }
      </Loaded>
    </>
  );
}

function Row({ write }: { write: Write }) {
  const words = useWords().changes;
  const undo = useUndo();
  const confirm = useConfirm();
  const toasts = useToasts();
  const going = useMutation({ mutationFn: undo, onError: (error) => { toasts.refused(error); } });
  const said = saidOf(write, words);
  const names = write.had.map(({ name }) => name).filter(Boolean).join(", ");
  const takeBack = async () => {
    const { title, text, action } = words.confirm;
    if (names === "" || (await confirm({ title, text: text(names), action }))) {
      going.mutate(write.id);
    }
  };
  return (
    <li className={classes.row} data-undone={write.undone || undefined}>
      <div className={classes.what}>
        <span className={classes.said}>{said}</span>
        <span className={classes.quiet}>
          <Ago at={write.at} />
          {names !== "" && !write.undone && <> · {words.had(names)}</>}
        </span>
      </div>
      {write.undone ? (
        <RemarkChip>{words.done}</RemarkChip>
      ) : (
        <Button
          variant="default"
          size="xs"
          leftSection={<IconArrowBackUp size={15} stroke={1.8} />}
          loading={going.isPending}
          aria-label={words.undoOf(said)}
          onClick={() => void takeBack()}
        >
          {words.undo}
        </Button>
      )}
    </li>
  );
}
