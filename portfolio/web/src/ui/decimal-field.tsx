/** A field for a number, written as the person writes numbers; its value is a decimal string. */

import { TextInput, type TextInputProps } from "@mantine/core";
import { useState } from "react";
import { useSpoken } from "../i18n";
import { formatNumber, readNumber } from "../lib/money";

interface DecimalFieldProps extends Omit<TextInputProps, "value" | "onChange" | "type"> {
  readonly value: string | null;
  /** The decimal string; null when the field is empty or holds no number yet. */
  readonly onChange: (value: string | null) => void;
  /** Digits after the point at least: 2 for a price. */
  readonly least?: number;
}

export function DecimalField({ value, onChange, least = 0, ...rest }: DecimalFieldProps) {
  const { locale } = useSpoken();
  const shown = value === null ? "" : formatNumber(value, locale, { min: least, max: 18 });
  const [typed, setTyped] = useState<string | null>(null); // while somebody types, exactly what they typed
  return (
    <TextInput
      {...rest}
      inputMode="decimal"
      autoComplete="off"
      value={typed ?? shown}
      onChange={(event) => {
        const text = event.currentTarget.value;
        setTyped(text);
        onChange(readNumber(text, locale));
      }}
      onBlur={(event) => {
        if (typed !== null && (typed.trim() === "" || readNumber(typed, locale) !== null)) {
          setTyped(null);
        }
        rest.onBlur?.(event);
      }}
    />
  );
}
