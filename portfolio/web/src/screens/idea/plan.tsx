/** The plan, field by field: each is written where it stands, saved when it is left. */

import { ActionIcon, Button, SegmentedControl } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import type { Idea, IdeaPatch } from "../../api/types";
import { useWords } from "../../i18n";
import { Amount, Price } from "../../ui/amount";
import { SideChip } from "../../ui/chips";
import { Card, Section } from "../../ui/page";
import type { Authorship } from "./authorship";
import classes from "./plan.module.css";
import { levelsOf, patchFor, targetIndex, type Levels, type OnItsWay } from "./levels";
import { PlanField, PlanRow } from "./plan-field";
import { PlanMore } from "./plan-more";
import { SizeFromRisk } from "./size-from-risk";
import type { FriendMove } from "./use-moves";

const TARGETS_MAX = 8;

interface PlanProps {
  readonly idea: Idea;
  readonly mayEdit: boolean;
  readonly authorship: Authorship;
  readonly moves: readonly FriendMove[];
  readonly onTyping: (move: OnItsWay | null) => void;
  readonly revise: (patch: IdeaPatch, base: Idea) => void;
}

export function Plan(props: PlanProps) {
  const { idea, mayEdit, authorship, moves, onTyping, revise } = props;
  const words = useWords();
  const [base, setBase] = useState(idea); // as it was when somebody began to write
  const begin = () => {
    setBase(idea);
  };
  const by = (field: string) => ({
    change: authorship.get(field),
    moved: moves.some((move) => move.field === field),
  });
  const text = (field: "symbol" | "isin" | "mic" | "currency" | "account", upper = true) => ({
    value: idea[field] ?? null,
    shown: idea[field] ?? "–",
    mayEdit,
    upper,
    onBegin: begin,
    onWritten: (value: string | null) => {
      revise({ [field]: value }, base);
    },
    ...by(field),
  });
  const level = (name: string, price: string | null) => ({
    value: price,
    shown: <Price value={price} />,
    mayEdit,
    decimal: true,
    least: 2,
    onBegin: begin,
    onTyping: (value: string | null) => {
      onTyping({ level: name, price: value });
    },
    onTakenBack: () => {
      onTyping(null);
    },
    onWritten: (value: string | null) => {
      onTyping(null);
      revise(patchFor(base, { level: name, price: value }), base);
    },
  });
  return (
    <Section title={words.idea.plan}>
      <Card bare>
        <div className={classes.rows}>
          <SideRow {...props} onBegin={begin} onPick={(side) => { revise({ side }, idea); }} />
          <PlanField label={words.common.entry} {...level("entry", idea.entry)} {...by("entry")} />
          <PlanField label={words.common.stop} {...level("stop", idea.stop)} {...by("stop")} />
          <Targets {...props} level={level} />
          {idea.size !== undefined && (
            <PlanField
              label={words.ideas.columns.size}
              {...level("size", idea.size)}
              shown={<Amount value={idea.size} />}
              onTyping={() => undefined}
              onWritten={(size) => {
                revise({ size }, base);
              }}
              least={0}
              help={mayEdit && <SizeFromRisk idea={idea} onSize={(size) => { revise({ size }, idea); }} />}
              {...by("size")}
            />
          )}
          <PlanMore idea={idea} mayEdit={mayEdit} revise={revise} />
          <details className={classes.more}>
            <summary>{words.idea.instrument}</summary>
            <PlanField label={words.idea.names.symbol} maxLength={32} {...text("symbol")} />
            <PlanField label={words.idea.names.currency} maxLength={3} {...text("currency")} />
            <PlanField label={words.idea.names.isin} maxLength={12} {...text("isin")} />
            <PlanField label={words.idea.names.mic} maxLength={4} {...text("mic")} />
            {idea.account !== undefined && <PlanField label={words.idea.names.account} {...text("account", false)} />}
          </details>
        </div>
      </Card>
    </Section>
  );
}

function SideRow(props: PlanProps & { onBegin: () => void; onPick: (side: "long" | "short") => void }) {
  const { idea, mayEdit, authorship, moves, onPick } = props;
  const { common, idea: words } = useWords();
  const change = authorship.get("side");
  return (
    <PlanRow label={words.names.side} change={change} moved={moves.some(({ field }) => field === "side")}>
      {mayEdit ? (
        <SegmentedControl
          size="xs"
          value={idea.side}
          aria-label={words.names.side}
          data={[
            { value: "long", label: common.long },
            { value: "short", label: common.short },
          ]}
          onChange={(side) => {
            onPick(side as "long" | "short");
          }}
        />
      ) : (
        <SideChip side={idea.side} />
      )}
    </PlanRow>
  );
}

type LevelProps = (name: string, price: string | null) => Omit<Parameters<typeof PlanField>[0], "label">;

function Targets({ idea, mayEdit, authorship, moves, revise, level }: PlanProps & { level: LevelProps }) {
  const words = useWords();
  const [adding, setAdding] = useState(false);
  const { targets }: Levels = levelsOf(idea);
  const movedAt = (name: string) =>
    moves.some(({ field, target }) => field === "targets" && (target === null || target - 1 === targetIndex(name)));
  const next = `target${targets.length + 1}`;
  return (
    <>
      {targets.map((price, index) => {
        const name = `target${index + 1}`;
        const label = words.common.targetN(index + 1, targets.length);
        return (
          <PlanField
            key={name}
            label={label}
            {...level(name, price)}
            moved={movedAt(name)}
            change={index === targets.length - 1 ? authorship.get("targets") : undefined}
            aside={
              mayEdit && (
                <ActionIcon
                  size="sm"
                  className={classes.rowAction}
                  aria-label={words.idea.removeTarget(label)}
                  onClick={() => {
                    revise(patchFor(idea, { level: name, price: null }), idea);
                  }}
                >
                  <IconX size={14} stroke={1.8} />
                </ActionIcon>
              )
            }
          />
        );
      })}
      {mayEdit && (adding || targets.length === 0) && (
        <PlanField
          key={next}
          label={words.common.targetN(targets.length + 1, targets.length + 1)}
          {...level(next, null)}
          onWritten={(price) => {
            setAdding(false);
            level(next, null).onWritten(price);
          }}
        />
      )}
      {mayEdit && !adding && targets.length > 0 && targets.length < TARGETS_MAX && (
        <div className={classes.rowAdd}>
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconPlus size={13} stroke={1.9} />}
            onClick={() => {
              setAdding(true);
            }}
          >
            {words.idea.addTarget}
          </Button>
        </div>
      )}
    </>
  );
}
