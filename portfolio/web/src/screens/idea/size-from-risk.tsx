/** How many to buy when so much may be lost: whole units, rounded down. */

import { Button, Popover, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import type { Idea } from "../../api/types";
import { useSpoken } from "../../i18n";
import { formatNumber } from "../../lib/money";
import { sizeFor } from "../../lib/risk";
import { DecimalField } from "../../ui/decimal-field";
import classes from "./plan.module.css";

export function SizeFromRisk({ idea, onSize }: { idea: Idea; onSize: (size: string) => void }) {
  const { words, locale } = useSpoken();
  const [opened, setOpened] = useState(false);
  const [amount, setAmount] = useState<string | null>(null);
  const size = sizeFor(amount, idea);
  if (idea.entry === null || idea.stop === null) {
    return null;
  }
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" shadow="md" trapFocus withinPortal>
      <Popover.Target>
        <UnstyledButton
          className={classes.fromRisk}
          onClick={() => {
            setOpened(!opened);
          }}
        >
          {words.idea.sizing.open}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={words.idea.sizing.open}>
        <form
          className={classes.sizing}
          onSubmit={(event) => {
            event.preventDefault();
            if (size !== null) {
              onSize(size);
              setOpened(false);
            }
          }}
        >
          <DecimalField
            label={words.idea.sizing.lose(idea.currency)}
            description={words.idea.sizing.hint}
            value={amount}
            onChange={setAmount}
          />
          <p className={classes.sizingAnswer}>
            {size === null ? words.idea.sizing.none : words.idea.sizing.answer(formatNumber(size, locale))}
          </p>
          <Button type="submit" size="xs" disabled={size === null}>
            {words.idea.sizing.take}
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
