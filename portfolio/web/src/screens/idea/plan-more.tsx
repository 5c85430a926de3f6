/** What else a plan may say: how to get in, how much of it at each target, how sure, until when. */

import { Rating, Select, TagsInput, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Idea, IdeaPatch } from "../../api/types";
import { useSpoken } from "../../i18n";
import { day } from "../../lib/time";
import { Price } from "../../ui/amount";
import classes from "./plan.module.css";
import { PlanField, PlanRow } from "./plan-field";

interface PlanMoreProps {
  readonly idea: Idea;
  readonly mayEdit: boolean;
  readonly revise: (patch: IdeaPatch, base: Idea) => void;
}

const ENTRY_TYPES = ["limit", "market", "zone"] as const;

export function PlanMore({ idea, mayEdit, revise }: PlanMoreProps) {
  const { words, locale } = useSpoken();
  const text = words.idea.more;
  const [base, setBase] = useState(idea);
  const set = (patch: IdeaPatch) => {
    revise(patch, idea);
  };
  return (
    <details className={classes.more} open={isSaid(idea)}>
      <summary>{text.title}</summary>
      <PlanRow label={text.entryType}>
        {mayEdit ? (
          <Select
            size="xs"
            aria-label={text.entryType}
            allowDeselect={false}
            value={idea.entry_type}
            data={ENTRY_TYPES.map((value) => ({ value, label: text.entryTypes[value] }))}
            onChange={(value) => {
              set({ entry_type: ENTRY_TYPES.find((each) => each === value) ?? null });
            }}
          />
        ) : (
          <span className={classes.fixed}>
            {text.entryTypes[ENTRY_TYPES.find((each) => each === idea.entry_type) ?? "limit"]}
          </span>
        )}
      </PlanRow>
      {idea.entry_type === "zone" && (
        <PlanField
          label={text.entryTo}
          decimal
          least={2}
          mayEdit={mayEdit}
          value={idea.entry_to}
          shown={<Price value={idea.entry_to} />}
          onBegin={() => {
            setBase(idea);
          }}
          onWritten={(value) => {
            revise({ entry_to: value }, base);
          }}
        />
      )}
      {idea.targets.length > 1 && (
        <PlanField
          label={text.portions}
          mayEdit={mayEdit}
          value={idea.portions.join(" / ")}
          shown={idea.portions.length === 0 ? "–" : idea.portions.map((one) => `${one} %`).join(" / ")}
          onBegin={() => {
            setBase(idea);
          }}
          onWritten={(value) => {
            const portions = value === null ? [] : value.split(/[/;\s%]+/).filter(Boolean);
            revise({ portions: portions.length === 0 ? null : portions }, base);
          }}
        />
      )}
      <PlanRow label={text.conviction}>
        <Rating
          aria-label={text.conviction}
          value={idea.conviction ?? 0}
          readOnly={!mayEdit}
          getSymbolLabel={(value) => text.convictionOf(value)}
          onChange={(value) => {
            set({ conviction: value === idea.conviction || value === 0 ? null : value });
          }}
        />
      </PlanRow>
      <PlanRow label={text.horizon}>
        {mayEdit ? (
          <TextInput
            size="xs"
            type="date"
            aria-label={text.horizon}
            value={idea.horizon ?? ""}
            onChange={(event) => {
              const value = event.currentTarget.value;
              set({ horizon: value === "" ? null : value });
            }}
          />
        ) : (
          <span className={classes.fixed}>{idea.horizon === null ? "–" : day(idea.horizon, locale)}</span>
        )}
      </PlanRow>
      <PlanRow label={text.tags}>
        {mayEdit ? (
          <TagsInput
            size="xs"
            aria-label={text.tags}
            maxTags={20}
            value={idea.tags}
            onChange={(tags) => {
              set({ tags: tags.length === 0 ? null : tags });
            }}
          />
        ) : (
          <span className={classes.fixed}>{idea.tags.length === 0 ? "–" : idea.tags.join(", ")}</span>
        )}
      </PlanRow>
    </details>
  );
}

/** Whether somebody has said any of it, so that it is worth unfolding. */
function isSaid({ entry_type, conviction, horizon, tags, portions }: Idea): boolean {
  return (
    entry_type !== "limit" || conviction !== null || horizon !== null || tags.length > 0 || portions.length > 0
  );
}
