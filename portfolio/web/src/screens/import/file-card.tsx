/** One file: what it is, what was found, and the one thing that it cannot say itself. */

import { Button, Group, Select, Stack, Switch, TextInput } from "@mantine/core";
import { useState } from "react";
import type { ImportedFile, ImportOptions } from "../../api/types";
import { useSpoken, useWords } from "../../i18n";
import { currencyChoices } from "../../lib/currencies";
import { Card } from "../../ui/page";
import classes from "./import.module.css";
import { Mapping } from "./mapping";

interface FileCardProps {
  readonly file: ImportedFile;
  readonly editable: boolean;
  readonly busy: boolean;
  readonly onDecide: (options: ImportOptions) => void;
  readonly onLeaveOut: (leaveOut: boolean) => void;
}

export function FileCard({ file, editable, busy, onDecide, onLeaveOut }: FileCardProps) {
  const words = useWords().imports;
  const decided = file.options as ImportOptions;
  const decide = (more: ImportOptions) => {
    onDecide({ ...decided, ...more });
  };
  return (
    <Card>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start">
          <div>
            <strong className={classes.fileName}>{file.name}</strong>
            <div className={classes.quiet}>
              {file.leave_out
                ? words.leftOut
                : file.title === ""
                  ? words.unknownFormat
                  : file.title}
            </div>
          </div>
          {editable && (
            <Switch
              size="xs"
              label={words.leaveOut}
              checked={file.leave_out}
              disabled={busy}
              onChange={(event) => {
                onLeaveOut(event.currentTarget.checked);
              }}
            />
          )}
        </Group>
        {file.error !== null ? (
          <p className={classes.error} role="alert">
            {file.error}
          </p>
        ) : file.leave_out ? null : (
          <ul className={classes.counts}>
            {(["new", "known", "rejected", "skipped"] as const).map((status) => (
              <li key={status} data-some={file[status] > 0 ? "" : undefined}>
                <strong>{file[status]}</strong> {words.statuses[status]}
              </li>
            ))}
          </ul>
        )}
        {file.notes.map((note) => (
          <p key={note} className={classes.quiet}>
            {note}
          </p>
        ))}
        {editable && file.needs !== null && (
          <Question key={file.needs} file={file} busy={busy} decided={decided} onDecide={decide} />
        )}
      </Stack>
    </Card>
  );
}

interface QuestionProps {
  readonly file: ImportedFile;
  readonly busy: boolean;
  readonly decided: ImportOptions;
  readonly onDecide: (options: ImportOptions) => void;
}

function Question({ file, busy, decided, onDecide }: QuestionProps) {
  const words = useWords().imports;
  switch (file.needs) {
    case "mapping":
      return <Mapping file={file} busy={busy} decided={decided} onDecide={onDecide} />;
    case "date_order":
      return (
        <Asked text={words.asks.date_order}>
          {(["dmy", "mdy", "ymd"] as const).map((value) => (
            <Button
              key={value}
              variant="default"
              loading={busy}
              onClick={() => {
                onDecide({ date_order: value });
              }}
            >
              {words.dateOrders[value]}
            </Button>
          ))}
        </Asked>
      );
    case "decimal_mark":
      return (
        <Asked text={words.asks.decimal_mark}>
          {([",", "."] as const).map((value) => (
            <Button
              key={value}
              variant="default"
              loading={busy}
              onClick={() => {
                onDecide({ decimal_mark: value });
              }}
            >
              {words.decimalMarks[value]}
            </Button>
          ))}
        </Asked>
      );
    case "currency":
      return <CurrencyAsked busy={busy} onDecide={onDecide} />;
    case "account":
      return <AccountAsked busy={busy} onDecide={onDecide} />;
    case null:
      return null;
  }
}

function Asked({ text, children }: { text: string; children: React.ReactNode }) {
  return (
    <div className={classes.asked} role="group" aria-label={text}>
      <p>{text}</p>
      <Group gap="xs">{children}</Group>
    </div>
  );
}

function CurrencyAsked({ busy, onDecide }: Pick<QuestionProps, "busy" | "onDecide">) {
  const words = useWords().imports;
  const { locale } = useSpoken();
  return (
    <Asked text={words.asks.currency}>
      <Select
        aria-label={words.asks.currency}
        searchable
        disabled={busy}
        w={240}
        data={currencyChoices(locale)}
        onChange={(currency) => {
          if (currency !== null) {
            onDecide({ currency });
          }
        }}
      />
    </Asked>
  );
}

function AccountAsked({ busy, onDecide }: Pick<QuestionProps, "busy" | "onDecide">) {
  const words = useWords().imports;
  const [account, setAccount] = useState("");
  return (
    <Asked text={words.asks.account}>
      <TextInput
        aria-label={words.asks.account}
        value={account}
        onChange={(event) => {
          setAccount(event.currentTarget.value);
        }}
      />
      <Button
        variant="default"
        loading={busy}
        disabled={account.trim() === ""}
        onClick={() => {
          onDecide({ account: account.trim() });
        }}
      >
        {words.use}
      </Button>
    </Asked>
  );
}
