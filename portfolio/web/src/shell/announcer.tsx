/** Says aloud, politely, what friends did, for who does not see it appear. */

import { useQueryClient } from "@tanstack/react-query";
import { keys } from "../api/queries";
import { useLive, useMe } from "../api/session";
import type { Idea, LiveMessage } from "../api/types";
import { useWords } from "../i18n";
import { announce, useAnnounced } from "../lib/announce";
import { usePeople } from "../ui/people";

export function Announcer() {
  const { updated } = useWords().shell;
  const me = useMe();
  const people = usePeople();
  const cache = useQueryClient();
  const text = useAnnounced();

  const sayable = (message: LiveMessage): string | null => {
    const { type, data } = message;
    if (!("who" in data) || data.who == null || data.who === me.did) {
      return null;
    }
    const who = people(data.who).name;
    const symbol = () =>
      cache.getQueryData<Idea[]>(keys.ideas)?.find((idea) => "id" in data && idea.id === data.id)?.symbol ?? "";
    switch (type) {
      case "position_shared":
        return updated.shared(who, symbol());
      case "position_updated":
        return updated.changed(who, symbol());
      case "share_revoked":
        return updated.revoked(who);
      case "comment_added":
        return updated.commented(who);
      case "friend_added":
        return updated.friend(who);
      case "friend_requested":
        return updated.requested(who);
      default:
        return null;
    }
  };
  useLive((message) => {
    const said = sayable(message);
    if (said !== null) {
      announce(said);
    }
  });
  return (
    <div className="sr-only" aria-live="polite" role="status" data-testid="announcer">
      {text}
    </div>
  );
}
