import type { Holding, Position } from "../../api/types";
import { useWords } from "../../i18n";
import { Amount, Gain, Percent, Price } from "../../ui/amount";
import { IdeaCard } from "../../ui/idea-card";
import { seenBy } from "./seen-by";
import classes from "./share.module.css";
import type { Terms } from "./use-shares";

/** "This is what Anna sees": the very card she will have, made from what she will be sent. */
export function Preview({ position, terms, who }: { position: Position; terms: Terms; who: string }) {
  const words = useWords();
  const seen = seenBy(position, terms);
  return (
    <section className={classes.preview} aria-label={words.share.preview(who)}>
      <h3 className={classes.previewTitle}>{words.share.preview(who)}</h3>
      <div className={classes.previewCard} data-testid="preview">
        {seen.kind === "idea" ? <IdeaCard idea={seen} withState large /> : <HoldingGlance holding={seen} />}
      </div>
      <ul className={classes.points}>
        {words.share.points[terms.role].map((point) => (
          <li key={point}>{point}</li>
        ))}
        <li>{terms.amounts ? words.share.withAmounts : words.share.withoutAmounts}</li>
      </ul>
    </section>
  );
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
      {holding.value !== undefined && <Amount value={holding.value} currency={holding.currency} />}
    </div>
  );
}
