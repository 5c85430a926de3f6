/** What a person takes hold of to move a line: by pointer, or by arrow keys. */

import { useEffect, useRef, type KeyboardEvent, type PointerEvent, type RefObject } from "react";
import { useSpoken } from "../../i18n";
import { add, sign } from "../../lib/decimal";
import { formatPrice } from "../../lib/money";
import classes from "./chart.module.css";
import type { Drawing } from "./drawing";
import type { Dragged, PriceLine } from "./types";

const STEPS: Record<string, number> = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
const SETTLE_MS = 600;

interface HandlesProps {
  readonly drawing: Drawing;
  readonly lines: readonly PriceLine[];
  readonly digits: number;
  readonly place: RefObject<HTMLDivElement | null>;
  /** Where a line is while it is on its way; null when it goes back. */
  readonly onDrag: (line: Dragged | null) => void;
}

export function Handles({ drawing, lines, digits, place, onDrag }: HandlesProps) {
  const elements = useRef(new Map<string, HTMLDivElement>());
  useEffect(() => {
    drawing.onRedraw(() => {
      for (const line of lines) {
        const element = elements.current.get(line.id);
        const y = drawing.yOf(line.price);
        if (element !== undefined) {
          element.style.visibility = y === null ? "hidden" : "visible";
          element.style.transform = `translateY(${y ?? 0}px)`;
        }
      }
    });
  }, [drawing, lines]);
  return lines
    .filter((line) => line.onMoved !== undefined)
    .map((line) => (
      <Handle
        key={line.id}
        line={line}
        digits={digits}
        priceAt={(clientY) => drawing.priceAt(clientY - (place.current?.getBoundingClientRect().top ?? 0), digits)}
        onDrag={onDrag}
        keep={(element) => {
          if (element === null) {
            elements.current.delete(line.id);
          } else {
            elements.current.set(line.id, element);
          }
        }}
      />
    ));
}

interface HandleProps {
  readonly line: PriceLine;
  readonly digits: number;
  readonly priceAt: (clientY: number) => string | null;
  readonly onDrag: HandlesProps["onDrag"];
  readonly keep: (element: HTMLDivElement | null) => void;
}

function Handle({ line, digits, priceAt, onDrag, keep }: HandleProps) {
  const { words, locale } = useSpoken();
  const start = useRef<string | null>(null);
  const settling = useRef<number | undefined>(undefined);

  const move = (price: string, held: boolean) => {
    start.current ??= line.price;
    onDrag({ id: line.id, price, from: start.current, landed: false, held });
    line.onMove?.(price);
  };
  const arrive = (price: string) => {
    const from = start.current;
    start.current = null;
    if (from === null || price === from) {
      onDrag(null);
      return;
    }
    onDrag({ id: line.id, price, from, landed: true, held: false });
    line.onMoved?.(price);
  };
  const cancel = () => {
    window.clearTimeout(settling.current);
    if (start.current !== null) {
      line.onMove?.(start.current);
      start.current = null;
      onDrag(null);
    }
  };

  const byPointer = (event: PointerEvent<HTMLDivElement>) => {
    const price = priceAt(event.clientY);
    if (price !== null && event.currentTarget.hasPointerCapture(event.pointerId)) {
      move(price, true);
    }
  };
  const byKey = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      cancel();
    }
    const step = STEPS[event.key];
    if (step === undefined) {
      return;
    }
    event.preventDefault();
    const ticks = step < 0 ? `-${tick(digits, -step)}` : tick(digits, step);
    const price = add(line.price, ticks);
    if (sign(price) <= 0) {
      return;
    }
    move(price, false);
    // Many presses are one move: it is sent when the keys rest.
    window.clearTimeout(settling.current);
    settling.current = window.setTimeout(() => {
      arrive(price);
    }, SETTLE_MS);
  };

  return (
    <div
      ref={keep}
      role="slider"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={words.common.moveLine(line.label, formatPrice(line.price, locale))}
      aria-valuenow={Number(line.price)}
      aria-valuetext={formatPrice(line.price, locale)}
      className={`${classes.handle} ${classes[line.tone]}`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={byPointer}
      onPointerUp={() => {
        arrive(line.price);
      }}
      onPointerCancel={cancel}
      onKeyDown={byKey}
    >
      <span className={classes.grip}>
        <svg className={classes.dots} viewBox="0 0 6 10" aria-hidden fill="currentColor">
          <path d="M0 0h2v2H0zM4 0h2v2H4zM0 4h2v2H0zM4 4h2v2H4zM0 8h2v2H0zM4 8h2v2H4z" />
        </svg>
        {line.label}
      </span>
    </div>
  );
}

/** So many of the smallest steps: 10 with 2 digits is "0.10". */
function tick(digits: number, count: number): string {
  const text = String(count).padStart(digits + 1, "0");
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
