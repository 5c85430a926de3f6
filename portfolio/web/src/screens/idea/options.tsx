/** The option legs of an idea and what they come to; written in a dialog. Loaded when first needed. */

import { Button } from "@mantine/core";
import { IconPencil, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import type { Idea, IdeaPatch, Leg } from "../../api/types";
import { useSpoken, useWords } from "../../i18n";
import { day } from "../../lib/time";
import { Amount, Price } from "../../ui/amount";
import { Card, Section } from "../../ui/page";
import { LegsEditor } from "./legs-editor";
import { Payoff } from "./payoff";
import classes from "./payoff.module.css";

interface OptionsProps {
  readonly idea: Idea;
  readonly mayEdit: boolean;
  readonly revise: (patch: IdeaPatch, base: Idea) => void;
}

export default function Options({ idea, mayEdit, revise }: OptionsProps) {
  const words = useWords().options;
  const [base, setBase] = useState<Idea | null>(null);
  const none = idea.legs.length === 0;
  const edit = mayEdit && (
    <Button
      variant={none ? "default" : "subtle"}
      size={none ? "xs" : "compact-sm"}
      leftSection={none ? <IconPlus size={14} stroke={1.9} /> : <IconPencil size={14} stroke={1.8} />}
      onClick={() => {
        setBase(idea);
      }}
    >
      {none ? words.add : words.edit}
    </Button>
  );
  return (
    <>
      {none ? (
        <div>{edit}</div>
      ) : (
        <Section title={words.title} aside={edit}>
          <Card>
            <div className={classes.payoff}>
              <ul className={classes.legs}>
                {idea.legs.map((leg, at) => (
                  <LegLine key={at} leg={leg} />
                ))}
              </ul>
              <Payoff idea={idea} />
            </div>
          </Card>
        </Section>
      )}
      {base !== null && (
        <LegsEditor
          idea={base}
          onSave={(legs) => {
            revise({ legs: legs.length === 0 ? null : [...legs] }, base);
          }}
          onClose={() => {
            setBase(null);
          }}
        />
      )}
    </>
  );
}

/** "Sell 1 Call 110 · 15 Mar 2013", and at which price. */
function LegLine({ leg }: { leg: Leg }) {
  const { words, locale } = useSpoken();
  const { sides, rights } = words.options;
  const named = <N extends string>(names: Readonly<Record<N, string>>, name: string) => names[name as N];
  return (
    <li className={classes.leg}>
      <span>
        <strong>{named(sides, leg.side)}</strong> {leg.quantity === undefined ? leg.ratio : <Amount value={leg.quantity} />}{" "}
        {named(rights, leg.right)} {leg.strike !== null && <Price value={leg.strike} form={{ min: 0 }} />}
        {leg.expiry !== null && ` · ${day(leg.expiry, locale)}`}
      </span>
      <Price value={leg.premium} />
    </li>
  );
}
