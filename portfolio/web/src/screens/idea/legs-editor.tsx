/** The form of an idea's legs: up to eight, each an option or shares beside them. */

import { ActionIcon, Button, Group, Select, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import type { Idea, LegIn } from "../../api/types";
import { useWords } from "../../i18n";
import { DecimalField } from "../../ui/decimal-field";
import { FormDialog } from "../../ui/form-dialog";
import { blankLeg, draftsOf, isWhole, sentOf, type LegDraft } from "./legs";
import classes from "./payoff.module.css";

const LEGS_MAX = 8;
const RIGHTS = ["call", "put", "stock"] as const;
const SIDES = ["buy", "sell"] as const;

interface LegsEditorProps {
  readonly idea: Idea;
  readonly onSave: (legs: readonly LegIn[]) => void;
  readonly onClose: () => void;
}

export function LegsEditor({ idea, onSave, onClose }: LegsEditorProps) {
  const words = useWords();
  const text = words.options;
  const [legs, setLegs] = useState<readonly LegDraft[]>(() => draftsOf(idea.legs));
  return (
    <FormDialog
      title={text.editTitle(idea.symbol)}
      action={words.common.save}
      ready={legs.length > 0 && legs.every(isWhole)}
      onSend={() => {
        onSave(legs.map(sentOf));
        return Promise.resolve();
      }}
      onClose={onClose}
      aside={
        idea.legs.length > 0 && (
          <Button
            variant="subtle"
            color="vermilion"
            onClick={() => {
              onSave([]);
              onClose();
            }}
          >
            {text.removeAll}
          </Button>
        )
      }
    >
      {() => (
        <>
          <p className={classes.note}>{text.legsHint}</p>
          {legs.map((leg, at) => (
            <LegFields
              key={leg.key}
              number={at + 1}
              leg={leg}
              onChange={(change) => {
                setLegs((all) => all.map((each) => (each.key === leg.key ? { ...each, ...change } : each)));
              }}
              onRemove={
                legs.length > 1
                  ? () => {
                      setLegs((all) => all.filter((each) => each.key !== leg.key));
                    }
                  : null
              }
            />
          ))}
          {legs.length < LEGS_MAX && (
            <Group>
              <Button
                variant="subtle"
                size="compact-sm"
                leftSection={<IconPlus size={14} stroke={1.9} />}
                onClick={() => {
                  setLegs((all) => [...all, blankLeg(all.at(-1))]);
                }}
              >
                {text.addLeg}
              </Button>
            </Group>
          )}
        </>
      )}
    </FormDialog>
  );
}

interface LegFieldsProps {
  readonly number: number;
  readonly leg: LegDraft;
  readonly onChange: (change: Partial<LegDraft>) => void;
  readonly onRemove: (() => void) | null;
}

function LegFields({ number, leg, onChange, onRemove }: LegFieldsProps) {
  const text = useWords().options;
  const decimal = (name: "quantity" | "strike" | "premium" | "multiplier") => (
    <DecimalField
      size="xs"
      label={text[name]}
      value={leg[name]}
      onChange={(value) => {
        onChange({ [name]: value });
      }}
    />
  );
  return (
    <fieldset className={classes.editLeg} aria-label={text.leg(number)}>
      <div className={classes.legHead}>
        <span>{text.leg(number)}</span>
        {onRemove !== null && (
          <ActionIcon size="sm" variant="subtle" color="gray" aria-label={text.removeLeg(number)} onClick={onRemove}>
            <IconX size={14} stroke={1.8} />
          </ActionIcon>
        )}
      </div>
      <div className={classes.fields}>
        <Select
          size="xs"
          label={text.side}
          allowDeselect={false}
          value={leg.side}
          data={SIDES.map((value) => ({ value, label: text.sides[value] }))}
          onChange={(side) => {
            onChange({ side: side ?? leg.side });
          }}
        />
        {decimal("quantity")}
        <Select
          size="xs"
          label={text.right}
          allowDeselect={false}
          value={leg.right}
          data={RIGHTS.map((value) => ({ value, label: text.rights[value] }))}
          onChange={(right) => {
            onChange({ right: right ?? leg.right });
          }}
        />
        {leg.right !== "stock" && (
          <>
            {decimal("strike")}
            <TextInput
              size="xs"
              type="date"
              label={text.expiry}
              value={leg.expiry}
              onChange={(event) => {
                onChange({ expiry: event.currentTarget.value });
              }}
            />
          </>
        )}
        {decimal("premium")}
        {leg.right !== "stock" && decimal("multiplier")}
      </div>
    </fieldset>
  );
}
