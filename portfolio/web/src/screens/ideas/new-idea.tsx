/** The form of a new idea: what it risks and can win is drawn while the levels are typed. */

import { Autocomplete, Button, Input, Modal, SegmentedControl, Textarea } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useChange } from "../../api/change";
import { api, data } from "../../api/client";
import { putPosition } from "../../api/effects";
import { ProblemError, explain } from "../../api/problem";
import { queries } from "../../api/queries";
import type { Idea } from "../../api/types";
import { useWords } from "../../i18n";
import { faultOf, ratioOf } from "../../lib/risk";
import { PHONE } from "../../ui/data-table";
import { DecimalField } from "../../ui/decimal-field";
import { Ratio } from "../../ui/idea-card";
import { Ladder } from "../../ui/ladder";
import { BLANK, bodyOf, keepDraft, readDraft, type IdeaDraft } from "./draft";
import classes from "./ideas.module.css";
import { filledBy, type Template } from "./templates";

const TARGETS_MAX = 8;

export default function NewIdea({ template, onClose }: { template: Template | null; onClose: () => void }) {
  const words = useWords();
  const phone = useMediaQuery(PHONE);
  return (
    <Modal
      opened
      onClose={onClose}
      size={560}
      fullScreen={phone}
      title={words.shell.newIdea}
      closeButtonProps={{ "aria-label": words.common.close }}
    >
      <Form template={template} onClose={onClose} />
    </Modal>
  );
}

function Form({ template, onClose }: { template: Template | null; onClose: () => void }) {
  const words = useWords();
  const navigate = useNavigate();
  const [draft, setDraft] = useState<IdeaDraft>(() =>
    template === null ? (readDraft() ?? BLANK) : { ...BLANK, ...filledBy(template, words) },
  );
  const change = (part: Partial<IdeaDraft>) => {
    const next = { ...draft, ...part };
    setDraft(next);
    keepDraft(next);
  };
  const create = useChange<IdeaDraft, Idea>({
    send: (written) => data(api.POST("/api/v1/positions/ideas", { body: bodyOf(written) })),
    quiet: true,
    keep: (cache, made) => {
      keepDraft(null);
      putPosition(cache, made);
      void navigate(`/ideas/${made.id}`);
    },
  });
  const fault = useFaults(create.error);
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate(draft);
      }}
    >
      <div className={classes.pair}>
        <SymbolField value={draft.symbol} error={fault("symbol")} onChange={(symbol) => { change({ symbol }); }} />
        <Input.Wrapper label={words.idea.names.side} labelElement="div">
          <SegmentedControl
            fullWidth
            value={draft.side}
            aria-label={words.idea.names.side}
            data={[
              { value: "long", label: words.common.long },
              { value: "short", label: words.common.short },
            ]}
            onChange={(side) => {
              change({ side: side === "short" ? "short" : "long" });
            }}
          />
        </Input.Wrapper>
        <DecimalField
          label={words.common.entry}
          least={2}
          value={draft.entry}
          error={fault("entry")}
          onChange={(entry) => {
            change({ entry });
          }}
        />
        <DecimalField
          label={words.common.stop}
          least={2}
          value={draft.stop}
          error={fault("stop")}
          onChange={(stop) => {
            change({ stop });
          }}
        />
        <TargetFields draft={draft} error={fault("targets")} onChange={change} />
        <DecimalField
          label={`${words.ideas.columns.size} (${words.common.optional})`}
          description={words.ideas.sizeHint}
          inputWrapperOrder={["label", "input", "description", "error"]}
          value={draft.size}
          error={fault("size")}
          onChange={(size) => {
            change({ size });
          }}
        />
      </div>
      <Live draft={draft} />
      <Textarea
        label={words.idea.thesis}
        placeholder={words.idea.noThesisYet}
        autosize
        minRows={3}
        maxRows={14}
        value={draft.thesis}
        error={fault("thesis")}
        onChange={(event) => {
          change({ thesis: event.currentTarget.value });
        }}
      />
      {create.isError && <Refusal error={create.error} />}
      <div className={classes.formActions}>
        <Button variant="default" onClick={onClose}>
          {words.common.cancel}
        </Button>
        <Button type="submit" loading={create.isPending} disabled={draft.symbol.trim() === ""}>
          {words.ideas.saveDraft}
        </Button>
      </div>
    </form>
  );
}

/** What was refused, by field: `/stop` belongs to the field of the stop. */
function useFaults(error: Error | null): (field: string) => string | undefined {
  const words = useWords().problems;
  const faults = error instanceof ProblemError ? error.faults : [];
  return (field) => {
    const fault = faults.find(({ where }) => where.replace(/^\//, "").split("/")[0] === field);
    return fault && (words.said(fault.detail) ?? words.check);
  };
}

function Refusal({ error }: { error: Error }) {
  const words = useWords();
  const { title, next } = explain(error, words);
  const marked = error instanceof ProblemError && error.faults.length > 0;
  return (
    <p className={classes.fault} role="alert">
      {title}. {marked ? words.problems.types.invalid.next : [explain(error, words).detail, next].filter(Boolean).join(" ")}
    </p>
  );
}

interface SymbolFieldProps {
  readonly value: string;
  readonly error: string | undefined;
  readonly onChange: (symbol: string) => void;
}

/** The symbol; those one owns or planned before are offered. */
function SymbolField({ value, error, onChange }: SymbolFieldProps) {
  const words = useWords();
  const ideas = useQuery(queries.ideas()).data;
  const holdings = useQuery(queries.holdings()).data;
  const known = [...new Set([...(ideas ?? []), ...(holdings ?? [])].map(({ symbol }) => symbol))].sort();
  return (
    <Autocomplete
      label={words.idea.names.symbol}
      placeholder="AAPL"
      data-autofocus
      openOnFocus={false}
      required
      withAsterisk={false}
      maxLength={32}
      data={known}
      value={value}
      error={error}
      onChange={(text) => {
        onChange(text.toUpperCase());
      }}
    />
  );
}

interface TargetFieldsProps {
  readonly draft: IdeaDraft;
  readonly error: string | undefined;
  readonly onChange: (part: Partial<IdeaDraft>) => void;
}

function TargetFields({ draft: { targets }, error, onChange }: TargetFieldsProps) {
  const words = useWords();
  return (
    <div className={classes.targets}>
      {targets.map((price, index) => (
        <DecimalField
          key={index}
          label={words.common.targetN(index + 1, targets.length)}
          value={price}
          error={index === targets.length - 1 ? error : undefined}
          onChange={(next) => {
            onChange({ targets: targets.map((each, at) => (at === index ? next : each)) });
          }}
        />
      ))}
      {targets.length < TARGETS_MAX && (
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<IconPlus size={13} stroke={1.9} />}
          onClick={() => {
            onChange({ targets: [...targets, null] });
          }}
        >
          {words.idea.addTarget}
        </Button>
      )}
    </div>
  );
}

/** The ladder of what is typed so far. */
function Live({ draft }: { draft: IdeaDraft }) {
  const words = useWords();
  const levels = { ...draft, targets: draft.targets.filter((each) => each !== null) };
  const fault = faultOf(levels);
  const ratio = ratioOf(levels);
  return (
    <div className={classes.live} aria-live="polite">
      <Ladder levels={levels} large />
      {fault !== null ? (
        <p className={classes.fault}>{words.idea.faults[fault]}</p>
      ) : (
        ratio !== null && (
          <p className={classes.liveRatio}>
            {words.common.riskReward} <strong><Ratio value={ratio} /></strong>
          </p>
        )
      )}
    </div>
  );
}
