/** Putting the sample in and taking it out, each undoing the other. */

import { useChange, type Changing } from "../api/change";
import { api, data } from "../api/client";
import { keys } from "../api/queries";
import { useWords } from "../i18n";

const TOUCHED = [keys.sample, keys.holdings, keys.ideas, keys.transactions, keys.portfolio];

const put = () => data(api.POST("/api/v1/sample", { body: {} }));
const take = () => data(api.DELETE("/api/v1/sample"));

export function useLoadSample(): Changing<null, unknown> {
  const words = useWords();
  return useChange({ send: put, stale: () => TOUCHED, said: () => ({ message: words.holdings.sampleLoaded }) });
}

export function useRemoveSample(): Changing<null, unknown> {
  const words = useWords();
  const restore = useLoadSample();
  return useChange({
    send: take,
    stale: () => TOUCHED,
    said: () => ({ message: words.shell.sample.removed, undo: () => restore.mutateAsync(null) }),
  });
}
