/** Ideas beside each other: sortable by everything one would choose by. */

import { useMemo } from "react";
import type { Idea, IdeaState } from "../../api/types";
import { useWords, type Words } from "../../i18n";
import { STATES } from "../../lib/states";
import { Ago } from "../../ui/ago";
import { Amount, Percent, Price } from "../../ui/amount";
import { SideChip, StateChip } from "../../ui/chips";
import { DataTable, type Column } from "../../ui/data-table";
import { Fresh, IdeaCard, Ratio } from "../../ui/idea-card";
import { Ladder } from "../../ui/ladder";
import { usePeople } from "../../ui/people";
import { Person, PersonStack } from "../../ui/person";
import { byDecimal, distanceToEntry } from "./filter";
import classes from "./ideas.module.css";
import { useGlance, type Glance } from "./use-glance";

const idOf = (idea: Idea): string => idea.id;
const pathOf = (idea: Idea): string => `/ideas/${idea.id}`;
const SORTED = { id: "age", desc: true } as const;

export function IdeaTable({ ideas }: { ideas: readonly Idea[] }) {
  const words = useWords();
  const people = usePeople();
  const glance = useGlance();
  const columns = useMemo(
    () => columnsFor(words, glance, (did) => people(did).name),
    [words, glance, people],
  );
  return (
    <DataTable
      label={words.ideas.title}
      rows={ideas}
      columns={columns}
      rowId={idOf}
      to={pathOf}
      sorted={SORTED}
      card={(idea) => (
        <IdeaCard
          idea={idea}
          withState
          fresh={glance.isFresh(idea.id)}
          aside={<PersonStack dids={glance.sharedWith(idea.id)} size={20} />}
        />
      )}
    />
  );
}

function columnsFor(words: Words, glance: Glance, nameOf: (did: string) => string): Column<Idea>[] {
  const { columns } = words.ideas;
  const none = <Price value={null} />;
  return [
    {
      id: "symbol",
      header: columns.symbol,
      cell: (idea) => (
        <span className={classes.symbol}>
          {idea.symbol} <SideChip side={idea.side} />
          {glance.isFresh(idea.id) && <Fresh />}
        </span>
      ),
      order: (a, b) => a.symbol.localeCompare(b.symbol),
    },
    {
      id: "state",
      header: columns.state,
      cell: (idea) => <StateChip state={idea.state} />,
      order: (a, b) => STATES.indexOf(a.state as IdeaState) - STATES.indexOf(b.state as IdeaState),
    },
    {
      id: "ladder",
      header: columns.ladder,
      cell: (idea) => (
        <span className={classes.ladder}>
          <Ladder levels={{ ...levels(idea), price: idea.market?.price }} />
        </span>
      ),
    },
    {
      id: "rr",
      header: columns.rr,
      align: "end",
      cell: ({ figures }) => (figures?.rr == null ? none : <Ratio value={figures.rr} />),
      order: (a, b) => byDecimal(a.figures?.rr, b.figures?.rr),
    },
    {
      id: "distance",
      header: columns.distance,
      align: "end",
      cell: (idea) => <Percent value={idea.market?.to_entry_percent} form={{ signs: "always", min: 1, max: 1 }} />,
      order: (a, b) => byDecimal(distanceToEntry(a), distanceToEntry(b)),
    },
    {
      id: "size",
      header: columns.size,
      align: "end",
      from: "wide",
      cell: ({ size }) => <Amount value={size} />,
      order: (a, b) => byDecimal(a.size, b.size),
    },
    {
      id: "age",
      header: columns.age,
      align: "end",
      cell: ({ created }) => <Ago at={created} />,
      order: (a, b) => a.created.localeCompare(b.created),
    },
    {
      id: "owner",
      header: columns.owner,
      from: "medium",
      cell: ({ owner }) => <Person did={owner} size={20} you />,
      order: (a, b) => nameOf(a.owner).localeCompare(nameOf(b.owner)),
    },
    {
      id: "shared",
      header: columns.shared,
      from: "medium",
      cell: ({ id }) => <PersonStack dids={glance.sharedWith(id)} />,
      order: (a, b) => glance.sharedWith(a.id).length - glance.sharedWith(b.id).length,
    },
  ];
}

function levels({ side, entry, stop, targets }: Idea) {
  return { side, entry, stop, targets };
}
