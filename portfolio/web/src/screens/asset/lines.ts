/** Ideas and trades as the chart shows them. */

import type { Idea, Prices, Transaction } from "../../api/types";
import type { Words } from "../../i18n";
import { formatNumber, formatPrice } from "../../lib/money";
import type { PriceLine, Sign } from "../../ui/price-chart";

const LIVE_STATES = new Set(["watching", "ready", "open"]);

/** Whether its lines are on the chart without being asked for. */
export function isLive(idea: Idea): boolean {
  return LIVE_STATES.has(idea.state);
}

/** The lines of an idea. Those of a friend carry the friend's name and one colour. */
export function linesOf(idea: Idea, words: Words, friend: string | null): PriceLine[] {
  const { entry, stop, targetN } = words.common;
  const line = (part: string, price: string, label: string, tone: PriceLine["tone"]): PriceLine => ({
    id: `${idea.id} ${part}`,
    price,
    label: friend === null ? label : `${friend}: ${label}`,
    tone: friend === null ? tone : "friend",
  });
  return [
    ...(idea.stop === null ? [] : [line("stop", idea.stop, stop, "stop")]),
    ...(idea.entry === null ? [] : [line("entry", idea.entry, entry, "entry")]),
    ...idea.targets.map((price, index) =>
      line(`target ${index}`, price, targetN(index + 1, idea.targets.length), "target"),
    ),
  ];
}

/** My trades, and the splits and dividends of the instrument. */
export function signsOf(ledger: readonly Transaction[], prices: Prices, words: Words, locale: string): Sign[] {
  const { buySign, sellSign, dividendSign, splitSign } = words.asset;
  const trades = ledger.flatMap(({ kind, date, quantity }): Sign[] => {
    if (kind !== "buy" && kind !== "sell") {
      return [];
    }
    const sign = kind === "buy" ? buySign : sellSign;
    return [{ date, kind, text: quantity === null ? sign : `${sign} ${formatNumber(quantity, locale)}` }];
  });
  const events = prices.events.map(({ date, kind, numerator, denominator, dividend }): Sign =>
    kind === "split"
      ? { date, kind: "split", text: splitSign(numerator, denominator) }
      : { date, kind: "dividend", text: `${dividendSign} ${formatPrice(dividend, locale)}` },
  );
  return [...trades, ...events];
}
