/** What was found in the files, what is still to be decided, and the button that takes it over. */

import { Alert, Button, Group, Progress, Skeleton } from "@mantine/core";
import { IconCheck, IconTrash } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link, useNavigate } from "react-router";
import { keys } from "../../api/queries";
import type { Import } from "../../api/types";
import { useWords } from "../../i18n";
import { Amount } from "../../ui/amount";
import { useConfirm } from "../../ui/confirm";
import { Card, Loaded, PageHeader, Section } from "../../ui/page";
import { imports, isBusy, useImportChanges } from "./api";
import { Accounts, Instruments, Problems } from "./decisions";
import { FileCard } from "./file-card";
import classes from "./import.module.css";
import { Rows } from "./rows";

export function Review({ id }: { id: string }) {
  const words = useWords().imports;
  const found = useQuery(imports.one(id));
  useLedgerOnceDone(found.data);
  return (
    <>
      <PageHeader title={words.reviewTitle} lead={words.reviewLead}>
        {found.data !== undefined && <Actions found={found.data} />}
      </PageHeader>
      <Loaded query={found} skeleton={<Skeleton height={420} radius="lg" />}>
        {(one) => <Whole found={one} />}
      </Loaded>
    </>
  );
}

/** A long import ends by itself: what follows from the ledger is read again then. */
function useLedgerOnceDone(found: Import | undefined): void {
  const cache = useQueryClient();
  const state = found?.state;
  useEffect(() => {
    if (state === "done" || state === "undone") {
      for (const queryKey of [keys.transactions, keys.holdings, keys.portfolio]) {
        void cache.invalidateQueries({ queryKey });
      }
    }
  }, [cache, state]);
}

function Actions({ found }: { found: Import }) {
  const words = useWords().imports;
  const confirm = useConfirm();
  const navigate = useNavigate();
  const { commit, undo, discard } = useImportChanges(found.id);
  const away = () => {
    discard.mutate(undefined, { onSuccess: () => void navigate("/import") });
  };
  const takeOut = async () => {
    if (await confirm({ title: words.undoTitle, text: words.undoText(found.new), action: words.undo })) {
      undo.mutate();
    }
  };
  if (found.state === "done") {
    return (
      <>
        <Button component={Link} to={`/transactions?import=${found.id}`} variant="default">
          {words.show}
        </Button>
        <Button variant="subtle" color="vermilion" loading={undo.isPending} onClick={() => void takeOut()}>
          {words.undo}
        </Button>
      </>
    );
  }
  if (isBusy(found)) {
    return null;
  }
  return (
    <>
      <Button variant="subtle" color="gray" leftSection={<IconTrash size={16} stroke={1.8} />} onClick={away}>
        {words.discard}
      </Button>
      {found.state === "review" && (
        <Button
          loading={commit.isPending}
          disabled={found.new === 0 || found.open}
          leftSection={<IconCheck size={16} stroke={2} />}
          onClick={() => {
            commit.mutate();
          }}
        >
          {words.commit(found.new)}
        </Button>
      )}
    </>
  );
}

function Whole({ found }: { found: Import }) {
  const words = useWords().imports;
  const { decide } = useImportChanges(found.id);
  const busy = isBusy(found);
  const editable = found.state === "review" || found.state === "failed";
  return (
    <div className={classes.page}>
      {busy && (
        <div className={classes.progress} role="status">
          <span>{words.states[found.state]}</span>
          <Progress value={found.progress * 100} aria-label={words.states[found.state]} />
        </div>
      )}
      {found.state === "done" && <Alert color="teal">{words.done(found.new)}</Alert>}
      {found.state === "undone" && <Alert color="gray">{words.undone}</Alert>}
      {found.reason !== null && (
        <Alert color="vermilion" role="alert">
          {found.reason}
        </Alert>
      )}
      {editable && found.open && <Alert color="amber">{words.open}</Alert>}
      {editable && !found.open && found.new === 0 && <Alert color="gray">{words.nothingNew}</Alert>}
      <Section title={words.files}>
        <div className={classes.files}>
          {found.files.map((file) => (
            <FileCard
              key={file.n}
              file={file}
              editable={editable}
              busy={decide.isPending}
              onDecide={(options) => {
                decide.mutate({ files: [{ n: file.n, options }] });
              }}
              onLeaveOut={(leaveOut) => {
                decide.mutate({ files: [{ n: file.n, leave_out: leaveOut }] });
              }}
            />
          ))}
        </div>
      </Section>
      {editable && <Accounts found={found} onDecide={decide.mutate} />}
      {editable && <Instruments found={found} onDecide={decide.mutate} />}
      {editable && <Problems found={found} onDecide={decide.mutate} />}
      {found.totals.length > 0 && (
        <Section title={words.totals}>
          <Totals found={found} />
        </Section>
      )}
      {!busy && <Rows found={found} />}
    </div>
  );
}

function Totals({ found }: { found: Import }) {
  const words = useWords().imports;
  const names = ["bought", "sold", "income", "deposited", "withdrawn", "fees", "taxes"] as const;
  return (
    <Card>
      <div className={classes.totals}>
        {found.totals.map((one) => (
          <dl key={one.currency}>
            <Group justify="space-between">
              <strong>{one.currency}</strong>
              <span className={classes.quiet}>{words.counted(one.rows)}</span>
            </Group>
            {names
              .filter((name) => one[name] !== "0")
              .map((name) => (
                <div key={name}>
                  <dt>{words.sums[name]}</dt>
                  <dd>
                    <Amount value={one[name]} currency={one.currency} />
                  </dd>
                </div>
              ))}
          </dl>
        ))}
      </div>
    </Card>
  );
}
