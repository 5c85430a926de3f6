/** The plan on one scale, and what it comes to. */

import type { Idea } from "../../api/types";
import { useSpoken } from "../../i18n";
import { faultOf, figuresOf } from "../../lib/risk";
import { day } from "../../lib/time";
import { Amount, Percent, Price } from "../../ui/amount";
import { Card } from "../../ui/page";
import { Ladder } from "../../ui/ladder";
import { shift } from "../../lib/decimal";
import { Ratio } from "../../ui/idea-card";
import classes from "./idea.module.css";
import type { Levels } from "./levels";
import type { ReactNode } from "react";

interface SummaryProps {
  readonly idea: Idea;
  readonly levels: Levels;
  /** A level is on its way: the figures go along, reckoned here as exactly as by the planner. */
  readonly moving: boolean;
}

export function Summary({ idea, levels, moving }: SummaryProps) {
  const { words, locale } = useSpoken();
  const { figures, currency, market } = idea;
  const fault = faultOf(levels);
  const shown = moving ? figuresOf(levels, idea.size) : figures;
  return (
    <Card>
      <Ladder levels={{ ...levels, price: market?.price }} large />
      {fault !== null && <p className={classes.fault}>{words.idea.faults[fault]}</p>}
      <dl className={classes.figures}>
        {market !== null && (
          <Figure name={words.idea.price(day(market.date, locale, "short"))}>
            <Price value={market.price} />
          </Figure>
        )}
        <Figure name={words.common.riskReward}>{shown?.rr == null ? <None /> : <Ratio value={shown.rr} />}</Figure>
        <Figure name={words.idea.riskPerUnit}>
          <Price value={shown?.risk_per_unit} />
        </Figure>
        <Figure name={words.idea.rewardPerUnit}>
          <Price value={shown?.reward_per_unit} />
        </Figure>
        <Figure name={words.idea.breakeven} hint={words.idea.breakevenHint}>
          <Percent value={inPercent(shown?.breakeven_win_rate)} form={{ max: 0, min: 0 }} />
        </Figure>
        {idea.size !== undefined && (
          <>
            <Figure name={words.idea.capital}>
              <Amount value={shown?.capital} currency={currency} />
            </Figure>
            <Figure name={words.idea.atRisk}>
              <Amount value={shown?.risk_amount} currency={currency} />
            </Figure>
            <Figure name={words.idea.toWin}>
              <Amount value={shown?.reward_amount} currency={currency} />
            </Figure>
          </>
        )}
      </dl>
    </Card>
  );
}

function inPercent(fraction: string | null | undefined): string | null {
  return fraction == null ? null : shift(fraction, 2);
}

function None() {
  return <Price value={null} />;
}

function Figure({ name, hint, children }: { name: string; hint?: string; children: ReactNode }) {
  return (
    <div className={classes.figure} title={hint}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
