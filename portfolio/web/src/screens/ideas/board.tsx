/**
 * The board: five columns from draft to closed. A card is dragged by mouse or finger, or lifted with
 * Space on its handle and carried by arrow keys; the planner has the last word, with its reason.
 */

import {
  DndContext,
  DragOverlay,
  KeyboardSensor,
  MouseSensor,
  TouchSensor,
  pointerWithin,
  rectIntersection,
  useDroppable,
  useSensor,
  useSensors,
  type CollisionDetection,
  type DragEndEvent,
} from "@dnd-kit/core";
import { useMemo, useState, type KeyboardEvent } from "react";
import type { Idea, IdeaState } from "../../api/types";
import { useWords } from "../../i18n";
import { mayGo } from "../../lib/states";
import { StateGlyph } from "../../ui/chips";
import { IdeaCard } from "../../ui/idea-card";
import { BoardCard } from "./board-card";
import classes from "./board.module.css";
import { toNextColumn, useBoardSpeech } from "./board-keys";
import { columnsOf } from "./filter";
import { useGlance, type Glance } from "./use-glance";
import { useTransition } from "./use-transition";

const SHOWN_FIRST = 30;
const FAR_ENOUGH = { distance: 6 }; // pixels: less is a click
const LONG_PRESS = { delay: 220, tolerance: 8 };

/** The pointer says where; carried by keys, the card itself does. */
const where: CollisionDetection = (args) => {
  const under = pointerWithin(args);
  return under.length > 0 ? under : rectIntersection(args);
};

export function Board({ ideas }: { ideas: readonly Idea[] }) {
  const words = useWords();
  const [lifted, setLifted] = useState<Idea | null>(null);
  const transition = useTransition();
  const glance = useGlance();
  const speech = useBoardSpeech(ideas);
  const columns = useMemo(() => columnsOf(ideas), [ideas]);
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: FAR_ENOUGH }),
    useSensor(TouchSensor, { activationConstraint: LONG_PRESS }),
    useSensor(KeyboardSensor, { coordinateGetter: toNextColumn }),
  );
  const drop = ({ active, over }: DragEndEvent) => {
    setLifted(null);
    const idea = ideas.find(({ id }) => id === active.id);
    const to = over?.id as IdeaState | undefined;
    if (idea !== undefined && to !== undefined && idea.state !== to) {
      transition.mutate({ idea, to });
    }
  };
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={where}
      accessibility={speech}
      onDragStart={({ active }) => {
        setLifted(ideas.find(({ id }) => id === active.id) ?? null);
      }}
      onDragEnd={drop}
      onDragCancel={() => {
        setLifted(null);
      }}
    >
      {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions -- arrow keys between the links inside */}
      <div className={classes.board} onKeyDown={moveBetweenCards} data-testid="board">
        {[...columns].map(([state, found]) => (
          <Column key={state} state={state} ideas={found} lifted={lifted} glance={glance} />
        ))}
      </div>
      <DragOverlay dropAnimation={null}>
        {lifted !== null && (
          <div className={`${classes.card} ${classes.lifted}`}>
            <IdeaCard idea={lifted} />
          </div>
        )}
      </DragOverlay>
      <p className="sr-only">{words.ideas.boardHint}</p>
    </DndContext>
  );
}

interface ColumnProps {
  readonly state: IdeaState;
  readonly ideas: readonly Idea[];
  readonly lifted: Idea | null;
  readonly glance: Glance;
}

function Column({ state, ideas, lifted, glance }: ColumnProps) {
  const words = useWords();
  const { setNodeRef, isOver } = useDroppable({ id: state });
  const [all, setAll] = useState(false);
  const name = words.common.states[state];
  const fits = lifted === null || lifted.state === state || mayGo(lifted.state, state);
  const shown = all ? ideas : ideas.slice(0, SHOWN_FIRST);
  return (
    <section
      ref={setNodeRef}
      className={classes.column}
      aria-label={name}
      data-column={state}
      data-over={isOver || undefined}
      data-fits={lifted === null || lifted.state === state ? undefined : fits ? "yes" : "no"}
    >
      <h2 className={classes.columnTitle}>
        <StateGlyph state={state} />
        {name}
        <span className={classes.columnCount}>{ideas.length}</span>
      </h2>
      <ul className={classes.cards}>
        {shown.map((idea) => (
          <li key={idea.id}>
            <BoardCard idea={idea} glance={glance} />
          </li>
        ))}
      </ul>
      {ideas.length === 0 && <p className={classes.columnEmpty}>{words.ideas.columnEmpty[state]}</p>}
      {shown.length < ideas.length && (
        <button
          type="button"
          className={classes.moreCards}
          onClick={() => {
            setAll(true);
          }}
        >
          {words.ideas.moreCards(ideas.length - shown.length)}
        </button>
      )}
    </section>
  );
}

/** Up and down inside a column, left and right to the neighbour. */
function moveBetweenCards(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: [0, 1], ArrowUp: [0, -1], ArrowRight: [1, 0], ArrowLeft: [-1, 0] }[event.key];
  const here = document.activeElement?.closest<HTMLElement>("[data-card-link]");
  if (step === undefined || here == null) {
    return;
  }
  const [across = 0, down = 0] = step;
  const columns = Array.from(event.currentTarget.querySelectorAll<HTMLElement>("[data-column]"))
    .map((column) => Array.from(column.querySelectorAll<HTMLElement>("[data-card-link]")))
    .filter((column) => column.length > 0);
  const x = columns.findIndex((column) => column.includes(here));
  const y = columns[x]?.indexOf(here) ?? 0;
  const column = columns[x + across];
  const next = column?.[Math.min(y + down, column.length - 1)];
  if (next !== undefined && next !== here) {
    event.preventDefault();
    next.focus();
  }
}
