import { useWords } from "../../i18n";
import { Changes } from "../../ui/changes";
import { Avatar } from "../../ui/person";
import classes from "./feed.module.css";

const MOVED = [{ field: "stop", from: "190", to: "195.50" }];

/** What an entry looks like, for who has none yet. */
export function FeedExample() {
  const { empty } = useWords().feed;
  return (
    <div className={classes.example}>
      <Avatar name={empty.exampleWho} colour="teal" size={32} />
      <div>
        <p className={classes.exampleLine}>
          <strong>{empty.exampleWho}</strong> {empty.exampleWhat} <strong>IBM</strong>
        </p>
        <Changes changes={MOVED} />
      </div>
    </div>
  );
}
