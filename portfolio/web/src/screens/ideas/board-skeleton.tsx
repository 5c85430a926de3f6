import { Skeleton } from "@mantine/core";
import { STATES } from "../../lib/states";
import classes from "./board.module.css";

const CARDS = [2, 1, 2, 1, 1];

/** Grey shapes where the columns and cards will stand. */
export function BoardSkeleton() {
  return (
    <div className={classes.board}>
      {STATES.map((state, column) => (
        <div key={state} className={classes.column}>
          <Skeleton height={14} width={72} my={8} />
          {Array.from({ length: CARDS[column] ?? 1 }, (_, card) => (
            <Skeleton key={card} height={148} radius="lg" />
          ))}
        </div>
      ))}
    </div>
  );
}
