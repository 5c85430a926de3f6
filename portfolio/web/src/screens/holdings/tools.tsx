/** What narrows the list, shares it, and hands it out as a file. */

import { Button, Menu, Select } from "@mantine/core";
import { IconDownload, IconShare2 } from "@tabler/icons-react";
import { useState } from "react";
import type { Holding, Instrument } from "../../api/types";
import { useWords } from "../../i18n";
import { csvOf, download } from "../../lib/csv";
import { ShareDialog } from "../share/share-dialog";
import type { Subject } from "../share/subject";
import classes from "./holdings.module.css";

export interface Narrowed {
  readonly account: string | null;
  readonly tag: string | null;
}

const SHARED_MAX = 200;

/** Of an account, and of a tag of the instrument. */
export function narrow(rows: readonly Holding[], by: Narrowed, instruments: readonly Instrument[]): readonly Holding[] {
  const { account, tag } = by;
  const tagged = new Set(instruments.filter(({ tags }) => tag !== null && tags.includes(tag)).map(({ symbol }) => symbol));
  return rows.filter(
    (row) => (account === null || row.account === account) && (tag === null || tagged.has(row.symbol)),
  );
}

interface ToolsProps {
  readonly all: readonly Holding[];
  readonly shown: readonly Holding[];
  readonly instruments: readonly Instrument[];
  readonly by: Narrowed;
  readonly onBy: (by: Narrowed) => void;
}

export function Tools({ all, shown, instruments, by, onBy }: ToolsProps) {
  const words = useWords();
  const text = words.holdings;
  const held = new Set(all.map(({ symbol }) => symbol));
  const accounts = [...new Set(all.map(({ account }) => account ?? ""))].sort();
  const tags = [...new Set(instruments.flatMap((one) => (held.has(one.symbol) ? one.tags : [])))].sort();
  return (
    <div className={classes.tools}>
      {accounts.length > 1 && (
        <Select
          aria-label={text.account}
          placeholder={text.everyAccount}
          clearable
          w={180}
          data={accounts.map((value) => ({ value, label: value || words.accounts.unnamed }))}
          value={by.account}
          onChange={(account) => {
            onBy({ ...by, account });
          }}
        />
      )}
      {tags.length > 0 && (
        <Select
          aria-label={text.tag}
          placeholder={text.everyTag}
          clearable
          w={160}
          data={tags}
          value={by.tag}
          onChange={(tag) => {
            onBy({ ...by, tag });
          }}
        />
      )}
      <span className={classes.push} />
      <Share shown={shown} tag={by.tag} />
      <Button
        variant="default"
        size="sm"
        leftSection={<IconDownload size={16} stroke={1.8} />}
        disabled={shown.length === 0}
        onClick={() => {
          download("holdings.csv", csvOf(tableOf(shown)));
        }}
      >
        {text.export}
      </Button>
    </div>
  );
}

function Share({ shown, tag }: { shown: readonly Holding[]; tag: string | null }) {
  const words = useWords().share;
  const [subject, setSubject] = useState<Subject | null>(null);
  const own = shown.filter(({ sample }) => !sample);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" size="sm" leftSection={<IconShare2 size={16} stroke={1.8} />}>
            {words.choose}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            onClick={() => {
              setSubject({ kind: "portfolio" });
            }}
          >
            {words.shareAll}
          </Menu.Item>
          {tag !== null && (
            <Menu.Item
              onClick={() => {
                setSubject({ kind: "tag", tag });
              }}
            >
              {words.shareTag(tag)}
            </Menu.Item>
          )}
          {own.length > 0 && own.length <= SHARED_MAX && (
            <Menu.Item
              onClick={() => {
                setSubject({ kind: "positions", positions: own });
              }}
            >
              {words.shareThese(own.length)}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {subject !== null && (
        <ShareDialog
          subject={subject}
          opened
          onClose={() => {
            setSubject(null);
          }}
        />
      )}
    </>
  );
}

const COLUMNS = [
  "symbol", "name", "account", "currency", "quantity", "price", "price_date", "average_cost", "cost", "value", "gain",
  "return_percent", "realised", "income", "total_gain", "weight_percent", "since",
] as const;

function tableOf(rows: readonly Holding[]): (string | null | undefined)[][] {
  return [[...COLUMNS], ...rows.map((row) => COLUMNS.map((column) => row[column]))];
}
