/** A person as everybody shows them: avatar and name. */

import { Tooltip } from "@mantine/core";
import type { CSSProperties } from "react";
import { useWords } from "../i18n";
import { initials, usePeople, type Colour } from "./people";
import classes from "./person.module.css";

export function Avatar(props: { name: string; colour: Colour; size?: number; online?: boolean }) {
  const style = props.size === undefined ? {} : { "--avatar": `${props.size}px` };
  const shown = [classes.avatar, classes[props.colour], props.online === true ? classes.online : ""];
  return (
    <span className={shown.join(" ")} style={style as CSSProperties} aria-hidden>
      {initials(props.name)}
    </span>
  );
}

interface PersonProps {
  readonly did: string;
  readonly size?: number;
  /** "You" instead of one's own name. */
  readonly you?: boolean;
  readonly presence?: boolean;
}

export function Person({ did, size, you = false, presence = false }: PersonProps) {
  const words = useWords();
  const person = usePeople()(did);
  return (
    <span className={classes.person}>
      <Avatar
        name={person.name}
        colour={person.colour}
        online={presence && person.online && !person.isMe}
        {...(size === undefined ? {} : { size })}
      />
      <span className={classes.name}>{you && person.isMe ? words.common.you : person.name}</span>
    </span>
  );
}

const SHOWN_MAX = 4;

/** A few avatars over each other, with all names for who cannot see them or hovers. */
export function PersonStack({ dids, size = 22 }: { dids: readonly string[]; size?: number }) {
  const people = usePeople();
  const found = dids.map((did) => ({ did, ...people(did) }));
  const names = found.map(({ name }) => name).join(", ");
  if (found.length === 0) {
    return null;
  }
  return (
    <Tooltip label={names}>
      <span className={classes.stack}>
        <span className="sr-only">{names}</span>
        {found.slice(0, SHOWN_MAX).map(({ did, name, colour }) => (
          <Avatar key={did} name={name} colour={colour} size={size} />
        ))}
        {found.length > SHOWN_MAX && <Avatar name={`+${found.length - SHOWN_MAX}`} colour="slate" size={size} />}
      </span>
    </Tooltip>
  );
}
