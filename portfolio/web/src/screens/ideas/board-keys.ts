/** Carrying a card by keys: one press is one column; and what is said on the way. */

import type { Announcements, KeyboardCoordinateGetter, UniqueIdentifier } from "@dnd-kit/core";
import type { Idea, IdeaState } from "../../api/types";
import { useWords } from "../../i18n";
import { STATES } from "../../lib/states";

const INSET = 12;

/** The place of the next column to the left or right; where the card is now when there is none. */
export const toNextColumn: KeyboardCoordinateGetter = (event, { context, currentCoordinates }) => {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.code];
  const card = context.collisionRect;
  if (step === undefined || card === null) {
    return undefined;
  }
  event.preventDefault();
  const rects = STATES.map((state) => context.droppableRects.get(state));
  const middle = card.left + card.width / 2;
  const here = rects.findIndex((rect) => rect !== undefined && middle >= rect.left && middle <= rect.left + rect.width);
  const next = rects[here + step];
  return next === undefined ? currentCoordinates : { x: next.left + INSET, y: next.top + INSET * 3 };
};

export function useBoardSpeech(ideas: readonly Idea[]): {
  announcements: Announcements;
  screenReaderInstructions: { draggable: string };
} {
  const words = useWords();
  const symbol = (id: UniqueIdentifier) => ideas.find((idea) => idea.id === id)?.symbol ?? "";
  const column = (id: UniqueIdentifier | undefined) => (id === undefined ? null : words.common.states[id as IdeaState]);
  const { speech } = words.ideas;
  return {
    announcements: {
      onDragStart: ({ active }) => speech.lifted(symbol(active.id)),
      onDragOver: ({ active, over }) => {
        const name = column(over?.id);
        return name === null ? speech.nowhere(symbol(active.id)) : speech.over(symbol(active.id), name);
      },
      onDragEnd: ({ active, over }) => {
        const name = column(over?.id);
        return name === null ? speech.back(symbol(active.id)) : speech.dropped(symbol(active.id), name);
      },
      onDragCancel: ({ active }) => speech.back(symbol(active.id)),
    },
    screenReaderInstructions: { draggable: speech.how },
  };
}
