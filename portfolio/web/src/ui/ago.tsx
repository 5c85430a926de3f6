import { Tooltip } from "@mantine/core";
import { IconClockExclamation } from "@tabler/icons-react";
import { useSpoken } from "../i18n";
import { ago, dateAndTime, useNow } from "../lib/time";
import classes from "./ago.module.css";

interface Props {
  readonly at: string;
  /** The clock that gave the time was wrong by more than a day. */
  readonly off?: boolean | undefined;
}

/** How long ago something was; hovering shows when exactly. */
export function Ago({ at, off = false }: Props) {
  const { words, locale } = useSpoken();
  const now = useNow();
  return (
    <>
      <Tooltip label={dateAndTime(at, locale)}>
        <time dateTime={at}>{ago(at, now, locale)}</time>
      </Tooltip>
      {off && (
        <Tooltip label={words.common.clockOff}>
          <span className={classes.off} role="img" aria-label={words.common.clockOff}>
            <IconClockExclamation size={14} stroke={1.7} aria-hidden />
          </span>
        </Tooltip>
      )}
    </>
  );
}
