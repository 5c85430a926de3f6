/** Side and state of an idea as chips; each has a shape of its own beside its colour. */

import type { IdeaState, Side } from "../api/types";
import { useWords } from "../i18n";
import classes from "./chips.module.css";

export function SideChip({ side }: { side: string }) {
  const words = useWords();
  const long = (side as Side) === "long";
  return (
    <span className={`${classes.chip} ${long ? classes.long : classes.short}`}>
      <svg className={classes.glyph} viewBox="0 0 10 10" aria-hidden>
        <path d={long ? "M1.5 8.5 8.2 1.8M3 1.6h5.4V7" : "M1.5 1.5 8.2 8.2M3 8.4h5.4V3"} {...STROKE} />
      </svg>
      {long ? words.common.long : words.common.short}
    </span>
  );
}

const STROKE = { fill: "none", stroke: "currentColor", strokeWidth: 1.6, strokeLinecap: "round" } as const;

const GLYPHS: Record<IdeaState, { path: string; filled?: boolean; tone?: string | undefined }> = {
  draft: { path: "M5 1.2a3.8 3.8 0 1 0 .01 0z", tone: classes.quiet },
  watching: { path: "M5 1.2a3.8 3.8 0 1 0 .01 0zM5 3.6a1.4 1.4 0 1 0 .01 0z" },
  ready: { path: "M5 1.2a3.8 3.8 0 0 1 0 7.6z", filled: true, tone: classes.ready },
  open: { path: "M5 1.2a3.8 3.8 0 1 0 .01 0z", filled: true, tone: classes.open },
  closed: { path: "M2 5.2 4.2 7.4 8.2 2.8", tone: classes.quiet },
};

/** The small sign of a state, for board columns and menus. */
export function StateGlyph({ state }: { state: IdeaState }) {
  const glyph = GLYPHS[state];
  return (
    <svg className={`${classes.glyph} ${glyph.tone ?? ""}`} viewBox="0 0 10 10" aria-hidden>
      <path d={glyph.path} {...(glyph.filled === true ? { fill: "currentColor", stroke: "none" } : STROKE)} />
      {glyph.filled === true && <circle cx="5" cy="5" r="3.8" {...STROKE} strokeWidth={1.4} />}
    </svg>
  );
}

export function StateChip({ state }: { state: string }) {
  const words = useWords();
  const known = state as IdeaState;
  return (
    <span className={`${classes.chip} ${classes.state}`}>
      <StateGlyph state={known} />
      {words.common.states[known]}
    </span>
  );
}

/** A word in the colour of a remark, such as "sample". */
export function RemarkChip({ children }: { children: string }) {
  return <span className={`${classes.chip} ${classes.sample}`}>{children}</span>;
}
