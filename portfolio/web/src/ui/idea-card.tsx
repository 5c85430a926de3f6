/**
 * An idea at a glance: the same on the board, in the share preview and wherever a friend's idea is
 * shown. It shows the size only where the idea carries one.
 */

import type { ReactNode } from "react";
import type { Idea } from "../api/types";
import { useSpoken, useWords } from "../i18n";
import { plainText } from "../lib/markdown";
import { formatNumber } from "../lib/money";
import { Ago } from "./ago";
import { Amount, Percent } from "./amount";
import { RemarkChip, SideChip, StateChip } from "./chips";
import classes from "./idea-card.module.css";
import { Ladder } from "./ladder";
import { Person } from "./person";

interface IdeaCardProps {
  readonly idea: Idea;
  /** What stands around the symbol: a link on the board, nothing in a preview. */
  readonly title?: (symbol: ReactNode) => ReactNode;
  /** Something came in that was not looked at yet. */
  readonly fresh?: boolean;
  /** Its state is not said by the place where it stands. */
  readonly withState?: boolean;
  readonly large?: boolean;
  /** At the right end of the last line: with whom it is shared. */
  readonly aside?: ReactNode;
}

const asIs = (symbol: ReactNode): ReactNode => symbol;

export function IdeaCard(props: IdeaCardProps) {
  const { idea, title = asIs, fresh = false, withState = false, large = false, aside } = props;
  const words = useWords();
  const { market } = idea;
  const levels = { side: idea.side, entry: idea.entry, stop: idea.stop, targets: idea.targets, price: market?.price };
  const gist = plainText(idea.thesis.slice(0, 600));
  return (
    <div className={classes.card}>
      <div className={classes.head}>
        <strong className={classes.symbol}>{title(idea.symbol)}</strong>
        <SideChip side={idea.side} />
        {withState && <StateChip state={idea.state} />}
        {idea.sample && <RemarkChip>{words.ideas.sample}</RemarkChip>}
        {fresh && <Fresh />}
      </div>
      <div>
        <Ladder levels={levels} large={large} />
        <Numbers idea={idea} />
      </div>
      {gist !== "" && <p className={large ? classes.gistLarge : classes.gist}>{gist}</p>}
      <div className={classes.foot}>
        {idea.role === "owner" ? <Ago at={idea.updated} /> : <Person did={idea.owner} size={18} />}
        {large && idea.size != null && (
          <span>
            {words.ideas.columns.size} <Amount value={idea.size} />
          </span>
        )}
        <span className={classes.aside}>{aside}</span>
      </div>
    </div>
  );
}

/** Reward per risk, and how far it is to the entry. */
function Numbers({ idea: { figures, market, state } }: { idea: Idea }) {
  const words = useWords();
  const toEntry = state === "closed" ? null : market?.to_entry_percent;
  if (figures?.rr == null && toEntry == null) {
    return null;
  }
  return (
    <div className={classes.numbers}>
      {figures?.rr != null && (
        <strong>
          <Ratio value={figures.rr} />
        </strong>
      )}
      {toEntry != null && (
        <span title={words.ideas.toEntryHint}>
          <Percent value={toEntry} form={{ signs: "always", max: 1, min: 1 }} /> {words.ideas.toEntry}
        </span>
      )}
    </div>
  );
}

/** Reward per risk, as a trader says it. */
export function Ratio({ value }: { value: string }) {
  const { words, locale } = useSpoken();
  return (
    <span className={classes.figure} title={words.common.riskReward}>
      {words.common.rr(formatNumber(value, locale, { min: 1, max: 2 }))}
    </span>
  );
}

/** Something here was not looked at yet. */
export function Fresh() {
  const words = useWords();
  return (
    <span className={classes.fresh}>
      <span className="sr-only">{words.ideas.fresh}</span>
    </span>
  );
}
