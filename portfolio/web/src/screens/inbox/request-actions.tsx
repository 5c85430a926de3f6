/** What to answer to a request, right where it is read. */

import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { queries } from "../../api/queries";
import type { Happening } from "../../api/types";
import { useAnswer } from "../../api/friendship";
import { useWords } from "../../i18n";

export function RequestActions({ happening }: { happening: Happening }) {
  const words = useWords();
  const { data: friends } = useQuery(queries.friends());
  const answer = useAnswer();
  const friend = friends?.find(({ did }) => did === happening.who);
  if (happening.type === "friend_key_changed" && friend?.state === "key_changed") {
    return (
      <Button component={Link} to={`/friends/${encodeURIComponent(happening.who)}`} size="compact-sm" color="vermilion">
        {words.inbox.compare}
      </Button>
    );
  }
  if (happening.type !== "friend_incoming" || friend?.state !== "incoming") {
    return null;
  }
  return (
    <>
      <Button
        size="compact-sm"
        onClick={() => {
          answer.mutate({ friend, state: "friend" });
        }}
      >
        {words.inbox.accept}
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => {
          answer.mutate({ friend, state: "declined" });
        }}
      >
        {words.inbox.decline}
      </Button>
    </>
  );
}
