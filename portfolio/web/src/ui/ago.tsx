import { Tooltip } from "@mantine/core";
import { useSpoken } from "../i18n";
import { ago, dateAndTime, useNow } from "../lib/time";

/** How long ago something was; hovering shows when exactly. */
export function Ago({ at }: { at: string }) {
  const { locale } = useSpoken();
  const now = useNow();
  return (
    <Tooltip label={dateAndTime(at, locale)}>
      <time dateTime={at}>{ago(at, now, locale)}</time>
    </Tooltip>
  );
}
