import { useDraggable } from "@dnd-kit/core";
import { IconGripVertical } from "@tabler/icons-react";
import { Link } from "react-router";
import type { Idea } from "../../api/types";
import { useWords } from "../../i18n";
import { IdeaCard } from "../../ui/idea-card";
import { PersonStack } from "../../ui/person";
import classes from "./board.module.css";
import type { Glance } from "./use-glance";

const MAY_EDIT: readonly string[] = ["owner", "editor"];

/** A card that opens by click and moves by drag; its handle is the keyboard's way to lift it. */
export function BoardCard({ idea, glance }: { idea: Idea; glance: Glance }) {
  const words = useWords();
  const mayMove = MAY_EDIT.includes(idea.role);
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, isDragging } = useDraggable({
    id: idea.id,
    disabled: !mayMove,
  });
  return (
    <article
      ref={setNodeRef}
      {...(mayMove ? listeners : {})}
      className={classes.card}
      data-dragging={isDragging || undefined}
      data-movable={mayMove || undefined}
      data-testid="idea-card"
    >
      <IdeaCard
        idea={idea}
        fresh={glance.isFresh(idea.id)}
        aside={<PersonStack dids={glance.sharedWith(idea.id)} size={20} />}
        title={(symbol) => (
          <Link to={`/ideas/${idea.id}`} className={classes.open} draggable={false} data-card-link>
            {symbol}
          </Link>
        )}
      />
      {mayMove && (
        <button
          {...attributes}
          ref={setActivatorNodeRef}
          type="button"
          className={classes.grip}
          aria-label={words.ideas.lift(idea.symbol)}
        >
          <IconGripVertical size={14} stroke={1.8} aria-hidden />
        </button>
      )}
    </article>
  );
}
