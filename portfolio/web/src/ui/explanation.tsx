/** How one figure came about: its formula, the steps, and every number that went in. */

import { Button, Skeleton } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { queries } from "../api/queries";
import type { Explanation as Found } from "../api/types";
import { useSpoken, useWords } from "../i18n";
import { day } from "../lib/time";
import { Amount, Percent } from "./amount";
import classes from "./explain.module.css";
import { Loaded } from "./page";

const SHOWN = 300;
const CURRENCY = /^[A-Z]{3}$/;

interface ExplanationProps {
  readonly query: string;
  readonly onOpen: (query: string) => void;
  readonly onBack: (() => void) | null;
}

export default function Explanation({ query, onOpen, onBack }: ExplanationProps) {
  const words = useWords();
  const found = useQuery(queries.explanation(query));
  return (
    <Loaded query={found} skeleton={<Skeleton height={320} />}>
      {(one) => (
        <div className={classes.page}>
          {onBack !== null && (
            <div>
              <Button
                variant="subtle"
                color="gray"
                size="compact-sm"
                leftSection={<IconArrowLeft size={14} stroke={1.8} />}
                onClick={onBack}
              >
                {words.common.back}
              </Button>
            </div>
          )}
          <p className={classes.value}>
            <Measured value={one.value} unit={one.unit} />
            <code className={classes.name}>{one.figure}</code>
          </p>
          <p className={classes.text}>{one.text}</p>
          <code className={classes.formula}>{one.formula}</code>
          {one.steps.length > 1 && <Steps steps={one.steps} />}
          {one.inputs.length > 0 && <Inputs inputs={one.inputs} onOpen={onOpen} />}
        </div>
      )}
    </Loaded>
  );
}

/** A number with its unit; sums of money are hidden with all others. */
function Measured({ value, unit }: { value: string; unit: string }) {
  if (unit === "%") {
    return <Percent value={value} />;
  }
  return CURRENCY.test(unit) ? <Amount value={value} currency={unit} /> : <Amount value={value} form={{ max: 8 }} />;
}

function Steps({ steps }: { steps: Found["steps"] }) {
  const words = useWords().explain;
  return (
    <section aria-label={words.steps}>
      <h3 className={classes.head}>{words.steps}</h3>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls */}
      <div className={classes.scroll} role="group" aria-label={words.steps} tabIndex={0}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{words.name}</th>
              <th scope="col">{words.formula}</th>
              <th scope="col" className={classes.end}>
                {words.value}
              </th>
            </tr>
          </thead>
          <tbody>
            {steps.slice(0, SHOWN).map((step) => (
              <tr key={step.name}>
                <td>{step.name}</td>
                <td>
                  <code>{step.formula}</code>
                </td>
                <td className={classes.end}>
                  <Amount value={step.value} form={{ max: 8 }} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Inputs({ inputs, onOpen }: { inputs: Found["inputs"]; onOpen: (query: string) => void }) {
  const { words, locale } = useSpoken();
  const text = words.explain;
  return (
    <section aria-label={text.inputs}>
      <h3 className={classes.head}>{text.inputs}</h3>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls */}
      <div className={classes.scroll} role="group" aria-label={text.inputs} tabIndex={0}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{text.name}</th>
              <th scope="col" className={classes.end}>
                {text.value}
              </th>
              <th scope="col">{text.day}</th>
              <th scope="col">{text.source}</th>
            </tr>
          </thead>
          <tbody>
            {inputs.slice(0, SHOWN).map((one) => (
              <tr key={one.name}>
                <td>
                  {one.figure === null ? one.name : <Deeper query={one.figure} name={one.name} onOpen={onOpen} />}
                </td>
                <td className={classes.end}>
                  <Measured value={one.value} unit={one.unit} />
                </td>
                <td>{one.date === null ? "" : day(one.date, locale)}</td>
                <td>{one.source}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {inputs.length > SHOWN && <p className={classes.quiet}>{text.more(inputs.length - SHOWN)}</p>}
    </section>
  );
}

/** An input that was computed itself opens in turn. */
function Deeper({ query, name, onOpen }: { query: string; name: string; onOpen: (query: string) => void }) {
  return (
    <button
      type="button"
      className={classes.figure}
      onClick={() => {
        onOpen(query);
      }}
    >
      {name}
    </button>
  );
}
