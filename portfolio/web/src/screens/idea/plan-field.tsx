/** One field of the plan, written where it stands; beneath it who wrote it last. */

import { TextInput } from "@mantine/core";
import { useId, useRef, useState, type FocusEvent, type KeyboardEvent, type ReactNode } from "react";
import type { Change } from "../../api/types";
import { useWords } from "../../i18n";
import { Ago } from "../../ui/ago";
import { DecimalField } from "../../ui/decimal-field";
import { Person } from "../../ui/person";
import classes from "./plan.module.css";

interface RowProps {
  readonly label: string;
  readonly id?: string | undefined;
  readonly change?: Change | undefined;
  /** A friend has just moved it. */
  readonly moved?: boolean;
  /** Beside the name: another way to fill it. */
  readonly help?: ReactNode;
  /** At the end of the row: what takes it away. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

export function PlanRow({ label, id, change, moved = false, help, aside, children }: RowProps) {
  return (
    <div className={classes.row} data-moved={moved || undefined}>
      <span className={classes.rowLabel}>
        {id === undefined ? label : <label htmlFor={id}>{label}</label>}
        {help}
      </span>
      <div className={classes.rowValue}>{children}</div>
      <span>{aside}</span>
      {change !== undefined && (
        <p className={classes.author}>
          <Person did={change.who} size={14} you /> · <Ago at={change.at} />
        </p>
      )}
    </div>
  );
}

interface FieldProps extends Omit<RowProps, "children" | "id"> {
  readonly value: string | null;
  readonly mayEdit: boolean;
  /** How it looks to who may not write it. */
  readonly shown: ReactNode;
  /** The first key: whoever writes now writes over what stood here then. */
  readonly onBegin: () => void;
  readonly onTyping?: (value: string | null) => void;
  readonly onWritten: (value: string | null) => void;
  readonly onTakenBack?: () => void;
  readonly decimal?: boolean;
  readonly least?: number;
  readonly fault?: string | null | undefined;
  readonly maxLength?: number;
  readonly upper?: boolean;
}

export function PlanField(props: FieldProps) {
  const { value, mayEdit, shown, decimal = false, ...row } = props;
  const id = useId();
  if (!mayEdit) {
    return (
      <PlanRow {...rowOf(row)}>
        <span className={classes.fixed}>{shown}</span>
      </PlanRow>
    );
  }
  return (
    <PlanRow {...rowOf(row)} id={id}>
      {decimal ? <DecimalInput {...props} id={id} /> : <TextField key={value} {...props} id={id} />}
    </PlanRow>
  );
}

function rowOf({ label, change, moved, help, aside }: Omit<RowProps, "children">): Omit<RowProps, "children"> {
  return { label, change, moved: moved ?? false, help, aside };
}

function DecimalInput({ id, value, fault, least = 0, onBegin, onTyping, onWritten, onTakenBack }: FieldProps & { id: string }) {
  const words = useWords();
  const typed = useRef<string | null | undefined>(undefined);
  const [round, setRound] = useState(0); // a new one shows what stands there, not what was typed
  const [odd, setOdd] = useState(false);
  const end = (event: FocusEvent<HTMLInputElement>) => {
    const text = event.currentTarget.value.trim();
    const next = typed.current;
    if (next === undefined) {
      return;
    }
    if (next === null && text !== "") {
      setOdd(true);
      return;
    }
    typed.current = undefined;
    setOdd(false);
    onWritten(next);
    setRound((count) => count + 1);
  };
  const onKey = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Enter") {
      event.currentTarget.blur();
    } else if (event.key === "Escape") {
      typed.current = undefined;
      setOdd(false);
      setRound((count) => count + 1);
      onTakenBack?.();
    }
  };
  return (
    <DecimalField
      key={round}
      id={id}
      size="sm"
      classNames={{ input: classes.input ?? "" }}
      value={value}
      least={least}
      error={odd ? words.idea.notANumber : fault}
      onChange={(next) => {
        if (typed.current === undefined) {
          onBegin();
        }
        typed.current = next;
        setOdd(false);
        onTyping?.(next);
      }}
      onBlur={end}
      onKeyDown={onKey}
    />
  );
}

function TextField({ id, value, fault, maxLength, upper = false, onBegin, onWritten }: FieldProps & { id: string }) {
  const [text, setText] = useState(value ?? "");
  const begun = useRef(false);
  const end = () => {
    begun.current = false;
    const next = text.trim();
    if (next !== (value ?? "")) {
      onWritten(next === "" ? null : next);
      setText(value ?? "");
    }
  };
  return (
    <TextInput
      id={id}
      size="sm"
      classNames={{ input: classes.input ?? "" }}
      value={text}
      error={fault}
      maxLength={maxLength ?? 80}
      autoComplete="off"
      onChange={(event) => {
        if (!begun.current) {
          begun.current = true;
          onBegin();
        }
        setText(upper ? event.currentTarget.value.toUpperCase() : event.currentTarget.value);
      }}
      onBlur={end}
      onKeyDown={(event) => {
        if (event.key === "Enter") {
          event.currentTarget.blur();
        } else if (event.key === "Escape") {
          begun.current = false;
          setText(value ?? "");
        }
      }}
    />
  );
}
