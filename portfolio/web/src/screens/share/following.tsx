/** Shares that follow a tag or the whole portfolio: with whom, how much of it, and how to end it. */

import { Button } from "@mantine/core";
import type { Standing } from "../../api/types";
import { useSpoken, useWords } from "../../i18n";
import { dateAndTime } from "../../lib/time";
import { useConfirm } from "../../ui/confirm";
import { usePeople } from "../../ui/people";
import { Person } from "../../ui/person";
import classes from "./share.module.css";
import { useEndFollowing } from "./use-shares";

export function Following({ shares, named = false }: { shares: readonly Standing[]; named?: boolean }) {
  const words = useWords().share;
  return (
    <section className={classes.members} aria-label={words.following}>
      <h3 className={classes.legend}>{words.following}</h3>
      <ul className={classes.memberList}>
        {shares.map((share) => (
          <One key={share.id} share={share} named={named} />
        ))}
      </ul>
    </section>
  );
}

function One({ share, named }: { share: Standing; named: boolean }) {
  const { words, locale } = useSpoken();
  const text = words.share;
  const confirm = useConfirm();
  const end = useEndFollowing();
  const { name } = usePeople()(share.did);
  const what = share.tag === null ? text.portfolio : text.tagged(share.tag);
  const about = [
    ...(named ? [what] : []),
    words.common.roles[share.role],
    text.levels[share.detail],
    text.sharedSoFar(share.positions.length),
    ...(share.until === null ? [] : [text.endsAt(dateAndTime(share.until, locale))]),
  ];
  const stop = async () => {
    const { title, text: told, action } = text.endFollowing;
    if (await confirm({ title: title(what, name), text: told(name), action })) {
      end.mutate({ id: share.id, name });
    }
  };
  return (
    <li className={classes.member}>
      <span className={classes.memberName}>
        <Person did={share.did} size={26} presence />
        <small className={classes.about}>{about.join(" · ")}</small>
      </span>
      <Button
        variant="subtle"
        color="vermilion"
        size="compact-sm"
        aria-label={text.endOf(what, name)}
        onClick={() => void stop()}
      >
        {text.takeBack}
      </Button>
    </li>
  );
}
