/**
 * The ladder, the sign of this product: what an idea risks and what it can win, on one scale. The
 * same in cards, tables, the feed and the share preview; `large` has the prices written on it.
 */

import type { Words } from "../i18n";
import { useSpoken } from "../i18n";
import { scaleOf, type Levels, type Mark } from "../lib/ladder";
import { formatPrice } from "../lib/money";
import classes from "./ladder.module.css";

function nameOf(mark: Mark, number: number, targets: number, words: Words): string {
  const { entry, stop, price, targetN } = words.common;
  return { stop, entry, price, target: targetN(number, targets) }[mark.kind];
}

const percent = (fraction: number): string => `${(fraction * 100).toFixed(2)}%`;

/** On which side of its mark a label stands: inside the track, and not on the label before it. */
function edgeOf(at: number, before: number | undefined): "left" | "right" | undefined {
  if (at > 0.88) {
    return "right";
  }
  return at < 0.12 || (before !== undefined && at - before < 0.26) ? "left" : undefined;
}

export function Ladder({ levels, large = false }: { levels: Levels; large?: boolean }) {
  const { words, locale } = useSpoken();
  const scale = scaleOf(levels);
  if (scale === null) {
    return large ? <p className={classes.empty}>{words.common.ladderEmpty}</p> : <EmptyTrack />;
  }
  const targets = scale.marks.filter((mark) => mark.kind === "target");
  const named = scale.marks.map((mark) => ({
    ...mark,
    name: nameOf(mark, targets.indexOf(mark) + 1, targets.length, words),
    text: formatPrice(mark.price, locale),
  }));
  const spoken = words.common.ladder(named.map(({ name, text }) => `${name} ${text}`).join(", "));
  const farthest = targets.reduce<Mark | undefined>((far, mark) => (far === undefined || mark.at > far.at ? mark : far), undefined);
  const labelled = named.filter(
    (mark) => mark.kind === "stop" || mark.kind === "entry" || mark.at === farthest?.at,
  );
  return (
    <span role="img" aria-label={spoken} className={`${classes.ladder} ${large ? classes.large : classes.small}`}>
      <span className={classes.track} style={{ display: "block" }}>
        {scale.risk !== null && <Stretch tone={classes.risk} range={scale.risk} />}
        {scale.reward !== null && <Stretch tone={classes.reward} range={scale.reward} />}
        {named.map((mark, index) => (
          <span
            key={`${mark.kind}${index}`}
            className={`${classes.mark} ${classes[mark.kind]}`}
            style={{ left: percent(mark.at) }}
          />
        ))}
        {large && <Labels marks={labelled} />}
      </span>
    </span>
  );
}

function Stretch({ tone, range }: { tone: string | undefined; range: readonly [number, number] }) {
  return <span className={tone} style={{ left: percent(range[0]), width: percent(range[1] - range[0]) }} />;
}

function Labels({ marks }: { marks: readonly (Mark & { name: string; text: string })[] }) {
  const places = marks.map(({ at }) => at).sort((a, b) => a - b);
  return marks.map((mark) => {
    const edge = edgeOf(mark.at, places[places.indexOf(mark.at) - 1]);
    return (
      <span key={mark.kind}>
        <span className={`${classes.label} ${classes.above}`} data-edge={edge} style={{ left: percent(mark.at) }}>
          {mark.name}
        </span>
        <span className={`${classes.label} ${classes.below}`} data-edge={edge} style={{ left: percent(mark.at) }}>
          {mark.text}
        </span>
      </span>
    );
  });
}

function EmptyTrack() {
  const { ladderEmpty } = useSpoken().words.common;
  return (
    <span role="img" aria-label={ladderEmpty} className={`${classes.ladder} ${classes.small}`}>
      <span className={classes.track} style={{ display: "block" }} />
    </span>
  );
}
