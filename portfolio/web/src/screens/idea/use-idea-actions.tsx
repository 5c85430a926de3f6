/** Copying, deleting and leaving an idea; what cannot be undone is asked for, with who has it. */

import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { useChange } from "../../api/change";
import { api, data } from "../../api/client";
import { dropPosition, putPosition, takingAway } from "../../api/effects";
import { queries } from "../../api/queries";
import { useMe } from "../../api/session";
import type { Idea } from "../../api/types";
import { useWords } from "../../i18n";
import { useConfirm } from "../../ui/confirm";
import { usePeople } from "../../ui/people";
import { Person } from "../../ui/person";
import classes from "./idea.module.css";

export interface IdeaVerbs {
  readonly copy: () => void;
  readonly remove: () => Promise<void>;
  readonly leave: () => Promise<void>;
}

export function useIdeaActions(idea: Idea): IdeaVerbs {
  const words = useWords();
  const navigate = useNavigate();
  const confirm = useConfirm();
  const cache = useQueryClient();
  const people = usePeople();
  const me = useMe().did;
  const path = { params: { path: { id: idea.id } } };
  const away = () => {
    dropPosition(cache, idea.id);
    void navigate("/ideas");
  };

  const copying = useChange<null, Idea>({
    send: () => {
      if (idea.role !== "owner") {
        return data(api.POST("/api/v1/positions/ideas/{id}/copy", path)); // keeps the link to its author
      }
      const { symbol, side, isin, mic, entry, stop, targets, currency, thesis } = idea;
      const own = { symbol, side: side === "short" ? "short" : "long", isin, mic, entry, stop, targets, currency, thesis } as const;
      return data(api.POST("/api/v1/positions/ideas", { body: { ...own, size: idea.size ?? null } }));
    },
    keep: (queries, made) => {
      putPosition(queries, made);
      void navigate(`/ideas/${made.id}`);
    },
    said: (_none, made) => ({
      message: words.idea.copied(made.symbol),
      undo: async () => {
        await takingAway(cache, made.id, () =>
          data(api.DELETE("/api/v1/positions/ideas/{id}", { params: { path: { id: made.id } } })),
        );
        dropPosition(cache, made.id);
        await navigate(`/ideas/${idea.id}`);
      },
    }),
  });
  const deleting = useChange<null, unknown>({
    send: () => takingAway(cache, idea.id, () => data(api.DELETE("/api/v1/positions/ideas/{id}", path))),
    keep: away,
    said: () => ({ message: words.idea.delete.done(idea.symbol) }),
  });
  const leaving = useChange<null, unknown>({
    send: () =>
      takingAway(cache, idea.id, () =>
        data(api.DELETE("/api/v1/positions/{id}/share/{did}", { params: { path: { id: idea.id, did: me } } })),
      ),
    keep: away,
    said: () => ({ message: words.idea.leave.done(idea.symbol) }),
  });

  const remove = async () => {
    const shares = await cache.query(queries.shares(idea.id)).catch(() => []);
    const holders = shares.filter(({ role }) => role !== "none").map(({ did }) => did);
    const { title, alone, shared, action } = words.idea.delete;
    const text =
      holders.length === 0 ? (
        alone
      ) : (
        <div className={classes.deleting}>
          <p>{shared}</p>
          <ul>
            {holders.map((did) => (
              <li key={did}>
                <Person did={did} />
              </li>
            ))}
          </ul>
        </div>
      );
    if (await confirm({ title: title(idea.symbol), text, action })) {
      deleting.mutate(null);
    }
  };
  const leave = async () => {
    const { title, text, action } = words.idea.leave;
    if (await confirm({ title: title(idea.symbol), text: text(people(idea.owner).name), action })) {
      leaving.mutate(null);
    }
  };
  return {
    copy: () => {
      copying.mutate(null);
    },
    remove,
    leave,
  };
}
