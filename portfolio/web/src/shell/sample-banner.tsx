import { useQuery } from "@tanstack/react-query";
import { queries } from "../api/queries";
import { useSpoken } from "../i18n";
import { day } from "../lib/time";
import { useRemoveSample } from "./sample";
import classes from "./shell.module.css";

/** Says that what one sees is the sample, and takes all of it out with one click; undo puts it back. */
export function SampleBanner() {
  const { words, locale } = useSpoken();
  const { data: sample } = useQuery(queries.sample());
  const remove = useRemoveSample();
  if (sample?.loaded !== true) {
    return null;
  }
  return (
    <aside className={classes.banner}>
      <span>
        {words.shell.sample.banner(day(sample.as_of, locale))}{" "}
        <span className={classes.bannerMore}>{words.shell.sample.local}</span>
      </span>
      <button
        type="button"
        className={classes.bannerAction}
        disabled={remove.isPending}
        onClick={() => {
          remove.mutate(null);
        }}
      >
        {words.shell.sample.remove}
      </button>
    </aside>
  );
}
