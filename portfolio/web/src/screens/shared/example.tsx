import { Avatar } from "../../ui/person";
import { SideChip } from "../../ui/chips";
import { Ladder } from "../../ui/ladder";
import { useWords } from "../../i18n";
import classes from "./shared.module.css";

const LEVELS = { side: "long", entry: "206.50", stop: "195", targets: ["221", "238"], price: "209" };

/** What a friend's idea looks like, for who has none yet. */
export function SharedExample() {
  const { exampleWho } = useWords().feed.empty;
  return (
    <div className={classes.example}>
      <span className={classes.exampleHead}>
        <Avatar name={exampleWho} colour="teal" size={22} />
        <strong>IBM</strong>
        <SideChip side="long" />
      </span>
      <Ladder levels={LEVELS} />
    </div>
  );
}
