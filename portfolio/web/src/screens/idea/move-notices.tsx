import { useEffect } from "react";
import { useSpoken } from "../../i18n";
import { announce } from "../../lib/announce";
import { usePeople } from "../../ui/people";
import { Avatar } from "../../ui/person";
import classes from "./idea.module.css";
import { moveText } from "./telling";
import type { FriendMove } from "./use-moves";

/** "Bob moved the stop from 196.50 to 194.00", for as long as it is news; said aloud as well. */
export function MoveNotices({ moves }: { moves: readonly FriendMove[] }) {
  const { words, locale } = useSpoken();
  const people = usePeople();
  const told = moves.map((move) => ({
    ...move,
    person: people(move.who),
    text: moveText(people(move.who).name, move, words, locale),
  }));
  const latest = told.at(-1)?.text;
  useEffect(() => {
    if (latest !== undefined) {
      announce(latest);
    }
  }, [latest]);
  if (told.length === 0) {
    return null;
  }
  return (
    <ul className={classes.notices} data-testid="moves">
      {told.map(({ n, field, person, text }) => (
        <li key={`${n} ${field}`} className={classes.notice}>
          <Avatar name={person.name} colour={person.colour} size={20} />
          {text}
        </li>
      ))}
    </ul>
  );
}
