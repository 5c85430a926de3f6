/** What changed, from which value to which: one line a field. */

import { IconArrowRight } from "@tabler/icons-react";
import type { FieldChange } from "../api/types";
import { day } from "../lib/time";
import { useSpoken, useWords, type Words } from "../i18n";
import { Amount, Percent, Price } from "./amount";
import classes from "./changes.module.css";

const PRICES = new Set(["entry", "stop", "price"]);
const AMOUNTS = new Set(["size", "quantity", "cost", "value", "income"]);
const DATES = new Set(["since", "price_date"]);
const LONG = new Set(["thesis"]);

export function fieldName(field: string, words: Words): string {
  const names: Readonly<Record<string, string>> = words.feed.fields;
  return names[field] ?? words.feed.fields.other;
}

export function Changes({ changes }: { changes: readonly FieldChange[] }) {
  const words = useWords();
  return (
    <dl className={classes.changes}>
      {changes.map(({ field, from, to }) => (
        <div key={field} className={classes.change}>
          <dt className={classes.field}>{fieldName(field, words)}</dt>
          {LONG.has(field) ? (
            <dd className={classes.long}>{to === "" || to === null ? words.feed.emptied : words.feed.rewritten}</dd>
          ) : (
            <dd className={classes.values}>
              <s className={classes.from}>
                <Value field={field} value={from} />
              </s>
              <IconArrowRight size={13} stroke={1.9} aria-label={words.feed.to} role="img" />
              <strong className={classes.to}>
                <Value field={field} value={to} />
              </strong>
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}

function Value({ field, value }: { field: string; value: unknown }) {
  const { words, locale } = useSpoken();
  if (Array.isArray(value) && value.length > 0) {
    return value.map((each, index) => (
      <span key={index}>
        {index > 0 && " · "}
        <Price value={String(each)} />
      </span>
    ));
  }
  if (typeof value !== "string" || value === "") {
    return <>{words.feed.nothing}</>;
  }
  if (PRICES.has(field)) {
    return <Price value={value} />;
  }
  if (AMOUNTS.has(field)) {
    return <Amount value={value} />;
  }
  if (field.endsWith("_percent")) {
    return <Percent value={value} />;
  }
  if (DATES.has(field)) {
    return <>{day(value, locale)}</>;
  }
  const { states, long, short } = words.common;
  const named: Readonly<Record<string, string>> = field === "state" ? states : field === "side" ? { long, short } : {};
  return <>{named[value] ?? value}</>;
}
