/**
 * Drafts of texts: kept in this browser until they are sent, so that a cut, a crash or a closed
 * tab loses nothing.
 */

import { useCallback, useState } from "react";
import { readStored, writeStored } from "./stored";

/**
 * A text under a name such as `comment/<idea id>`. `clear` when it was sent or thrown away.
 *
 * The text is the component's own while it is open; `name` must not change meanwhile (give the
 * component a `key`).
 */
export function useDraft(name: string, initial = ""): { text: string; write: (text: string) => void; clear: () => void } {
  const key = `draft.${name}`;
  const [text, setText] = useState(() => readStored(key) ?? initial);
  const write = useCallback(
    (next: string) => {
      setText(next);
      writeStored(key, next === initial ? null : next);
    },
    [key, initial],
  );
  const clear = useCallback(() => {
    setText(initial);
    writeStored(key, null);
  }, [key, initial]);
  return { text, write, clear };
}
