/** The price chart of an idea, with its levels as lines that one can take hold of. */

import { SegmentedControl, Skeleton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { isProblem } from "../../api/problem";
import { queries } from "../../api/queries";
import type { Idea } from "../../api/types";
import { useSpoken } from "../../i18n";
import { useShortcut } from "../../lib/keyboard";
import { day, daysBefore } from "../../lib/time";
import { PHONE } from "../../ui/data-table";
import { Card, ErrorState } from "../../ui/page";
import { PriceChart, type PriceLine } from "../../ui/price-chart";
import classes from "./idea.module.css";
import type { Levels, OnItsWay } from "./levels";
import { useGlide } from "./use-glide";
import type { FriendMove } from "./use-moves";
import { MoveNotices } from "./move-notices";

const SPANS = ["3m", "6m", "1y", "5y", "all"] as const;
type Span = (typeof SPANS)[number];
const BACK: Record<Span, { months?: number; years?: number } | null> = {
  "3m": { months: 3 },
  "6m": { months: 6 },
  "1y": { years: 1 },
  "5y": { years: 5 },
  all: null,
};
const DIGITS = 2;
const HEIGHT = 400;
const HEIGHT_PHONE = 300;

interface IdeaChartProps {
  readonly idea: Idea;
  readonly levels: Levels;
  readonly moves: readonly FriendMove[];
  readonly mayEdit: boolean;
  readonly onMove: (move: OnItsWay) => void;
  readonly onMoved: (move: OnItsWay) => void;
}

export function IdeaChart(props: IdeaChartProps) {
  const { idea, moves } = props;
  const { words, locale } = useSpoken();
  const prices = useQuery(queries.prices(idea.symbol));
  const [span, setSpan] = useState<Span>("1y");
  const phone = useMediaQuery(PHONE, undefined, { getInitialValueInEffect: false });
  const lines = useLines(props);
  const height = phone ? HEIGHT_PHONE : HEIGHT;
  const found = prices.data?.symbol.toUpperCase() === idea.symbol.toUpperCase() ? prices.data : undefined;

  if (isProblem(prices.error, "not-found")) {
    return (
      <>
        <MoveNotices moves={moves} />
        <Card>
          <p className={classes.noPrices}>{words.idea.noPrices(idea.symbol)}</p>
        </Card>
      </>
    );
  }
  if (prices.isError && found === undefined) {
    return (
      <Card>
        <ErrorState error={prices.error} onRetry={() => void prices.refetch()} />
      </Card>
    );
  }
  const back = BACK[span];
  const from = found === undefined || back === null ? undefined : daysBefore(found.last, back);
  return (
    <Card>
      <div className={classes.chartHead}>
        <p className={classes.asOf}>
          {found !== undefined && `${found.currency} · ${words.common.priceAsOf(day(found.last, locale))}`}
        </p>
        <Spans span={span} onChange={setSpan} />
      </div>
      <div className={classes.chart}>
        <MoveNotices moves={moves} />
        {found === undefined ? (
          <Skeleton height={height} radius="md" />
        ) : (
          <PriceChart
            label={words.idea.chart(idea.symbol)}
            bars={found.items}
            lines={lines}
            digits={DIGITS}
            height={height}
            {...(from === undefined ? {} : { from })}
          />
        )}
      </div>
    </Card>
  );
}

function Spans({ span, onChange }: { span: Span; onChange: (span: Span) => void }) {
  const { words } = useSpoken();
  return (
    <>
      <SegmentedControl
        size="xs"
        value={span}
        aria-label={words.idea.span}
        data={SPANS.map((value) => ({ value, label: words.idea.spans[value] }))}
        onChange={(value) => {
          onChange(value);
        }}
      />
      {SPANS.map((each, index) => (
        <SpanKey key={each} number={index + 1} label={words.idea.spans[each]} onPress={() => { onChange(each); }} />
      ))}
    </>
  );
}

function SpanKey({ number, label, onPress }: { number: number; label: string; onPress: () => void }) {
  const { words } = useSpoken();
  useShortcut(String(number), words.idea.showSpan(label), words.shell.groups.view, onPress);
  return null;
}

/** The levels as lines; the one a friend just moved is drawn on its way. */
function useLines({ levels, moves, mayEdit, onMove, onMoved }: IdeaChartProps): PriceLine[] {
  const { words } = useSpoken();
  const gliding = useGlide(moves, DIGITS);
  return useMemo(() => {
    const line = (id: string, price: string | null | undefined, label: string, tone: PriceLine["tone"]): PriceLine[] => {
      if (price == null) {
        return [];
      }
      const handle = {
        onMove: (to: string) => {
          onMove({ level: id, price: to });
        },
        onMoved: (to: string) => {
          onMoved({ level: id, price: to });
        },
      };
      const onItsWay = gliding.get(id);
      return [{ id, price: onItsWay ?? price, label, tone, ...(mayEdit && onItsWay === undefined ? handle : {}) }];
    };
    const { entry, stop, targetN } = words.common;
    return [
      ...line("entry", levels.entry, entry, "entry"),
      ...line("stop", levels.stop, stop, "stop"),
      ...levels.targets.flatMap((price, index) =>
        line(`target${index + 1}`, price, targetN(index + 1, levels.targets.length), "target"),
      ),
    ];
  }, [levels, gliding, mayEdit, onMove, onMoved, words]);
}
