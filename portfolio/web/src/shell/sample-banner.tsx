import { useQuery } from "@tanstack/react-query";
import { api, data } from "../api/client";
import { useChange } from "../api/change";
import { keys, queries } from "../api/queries";
import { useSpoken } from "../i18n";
import { day } from "../lib/time";
import classes from "./shell.module.css";

/** Says that what one sees is the sample, and takes all of it out with one click; undo puts it back. */
export function SampleBanner() {
  const { words, locale } = useSpoken();
  const { data: sample } = useQuery(queries.sample());
  const touched = [keys.sample, keys.holdings, keys.ideas, keys.transactions, keys.portfolio];
  const restore = useChange<null, unknown>({
    send: () => data(api.POST("/api/v1/sample", { body: {} })),
    stale: () => touched,
  });
  const remove = useChange<null, unknown>({
    send: () => data(api.DELETE("/api/v1/sample")),
    stale: () => touched,
    said: () => ({ message: words.shell.sample.removed, undo: () => restore.mutateAsync(null) }),
  });
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
