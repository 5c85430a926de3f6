import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { queries } from "../../api/queries";
import type { Holding, Position } from "../../api/types";
import { useWords } from "../../i18n";
import { Amount, Gain, Percent, Price } from "../../ui/amount";
import { IdeaCard } from "../../ui/idea-card";
import { Loaded } from "../../ui/page";
import classes from "./share.module.css";
import { follows, whatOf, type Subject } from "./subject";
import type { Terms } from "./use-shares";

const SHOWN = 4;

interface PreviewProps {
  readonly subject: Subject;
  readonly terms: Terms;
  readonly who: string;
}

/** "This is what Anna sees": the very cards she will have, as the planner would send them. */
export function Preview({ subject, terms, who }: PreviewProps) {
  const words = useWords().share;
  const level = terms.amounts ? "amounts" : (terms.detail ?? "percent");
  const found = useQuery(queries.preview({ what: whatOf(subject), role: terms.role, detail: level }));
  return (
    <section className={classes.preview} aria-label={words.preview(who)}>
      <h3 className={classes.previewTitle}>{words.preview(who)}</h3>
      <Loaded query={found} skeleton={<Skeleton height={140} radius="lg" />}>
        {({ items, left_out: beyond }) => (
          <>
            {items.length === 0 && <p className={classes.honest}>{words.nothingYet}</p>}
            {items.slice(0, SHOWN).map((seen) => (
              <div key={seen.id} className={classes.previewCard} data-testid="preview">
                <Seen seen={seen} single={items.length === 1} />
              </div>
            ))}
            {items.length + beyond > SHOWN && (
              <p className={classes.honest}>{words.andMore(items.length + beyond - SHOWN)}</p>
            )}
          </>
        )}
      </Loaded>
      <ul className={classes.points}>
        {words.points[terms.role].map((point) => (
          <li key={point}>{point}</li>
        ))}
        <li>{words.sees[level]}</li>
        {follows(subject) && <li>{words.takesIn}</li>}
      </ul>
    </section>
  );
}

function Seen({ seen, single }: { seen: Position; single: boolean }) {
  return seen.kind === "idea" ? <IdeaCard idea={seen} withState large={single} /> : <HoldingGlance holding={seen} />;
}

function HoldingGlance({ holding }: { holding: Holding }) {
  const words = useWords();
  return (
    <div className={classes.holding}>
      <strong>{holding.symbol}</strong>
      <Gain value={holding.return_percent} />
      <span>
        {words.common.price} <Price value={holding.price} currency={holding.currency} />
      </span>
      <span>
        {words.share.weight} <Percent value={holding.weight_percent} />
      </span>
      {holding.quantity !== undefined && (
        <span>
          {words.holdings.quantity} <Amount value={holding.quantity} />
        </span>
      )}
      {holding.value !== undefined && <Amount value={holding.value} currency={holding.currency} />}
    </div>
  );
}
