import { useRef, type KeyboardEvent, type RefObject } from "react";

const MOVES: Record<string, number> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/** Arrow keys within a group of `role="radio"` elements of our own: they move choice and focus. */
export function useRadioKeys<T>(
  values: readonly T[],
  value: T,
  onChange: (value: T) => void,
): { group: RefObject<HTMLDivElement | null>; onKeyDown: (event: KeyboardEvent) => void } {
  const group = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const move = MOVES[event.key];
    if (move === undefined) {
      return;
    }
    event.preventDefault();
    const next = (values.indexOf(value) + move + values.length) % values.length;
    onChange(values[next] ?? value);
    group.current?.querySelectorAll<HTMLElement>("[role=radio]")[next]?.focus();
  };
  return { group, onKeyDown };
}
