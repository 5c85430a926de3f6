/** Takes an idea to another state: shown at once, put back with the planner's reason when refused. */

import { useChange } from "../../api/change";
import { api, data } from "../../api/client";
import { putPosition } from "../../api/effects";
import { keys } from "../../api/queries";
import type { Idea, IdeaState } from "../../api/types";
import { useWords } from "../../i18n";
import { mayGo } from "../../lib/states";

export function useTransition() {
  const words = useWords();
  const send = ({ idea, to }: { idea: Idea; to: IdeaState }) =>
    data(
      api.POST("/api/v1/positions/ideas/{id}/transition", { params: { path: { id: idea.id } }, body: { to } }),
    );
  const back = useChange<{ idea: Idea; to: IdeaState }, Idea>({ send, keep: putPosition });
  return useChange<{ idea: Idea; to: IdeaState }, Idea>({
    send,
    touches: ({ idea }) => [keys.ideas, keys.idea(idea.id)],
    show: (cache, { idea, to }) => {
      putPosition(cache, { ...idea, state: to });
    },
    keep: putPosition,
    stale: ({ idea }) => [keys.history(idea.id)],
    said: ({ idea, to }) => {
      const from = idea.state as IdeaState;
      const message = words.ideas.movedTo(idea.symbol, words.common.states[to]);
      return mayGo(to, from) ? { message, undo: () => back.mutateAsync({ idea, to: from }) } : { message };
    },
  });
}
