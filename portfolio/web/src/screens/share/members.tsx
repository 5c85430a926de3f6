/** Who has it now: their role and sight of the amounts can be changed, or all of it taken back. */

import { Button, Select, Switch } from "@mantine/core";
import type { Position, Share } from "../../api/types";
import { useSpoken, useWords } from "../../i18n";
import { dateAndTime } from "../../lib/time";
import { useConfirm } from "../../ui/confirm";
import { usePeople } from "../../ui/people";
import { Person } from "../../ui/person";
import classes from "./share.module.css";
import { rolesFor } from "./subject";
import { useShares, type Role } from "./use-shares";

export function Members({ position, members }: { position: Position; members: readonly Share[] }) {
  const words = useWords();
  return (
    <section className={classes.members} aria-label={words.share.members}>
      <h3 className={classes.legend}>{words.share.members}</h3>
      <ul className={classes.memberList}>
        {members.map((share) => (
          <Member key={share.did} position={position} share={share} />
        ))}
      </ul>
    </section>
  );
}

function Member({ position, share }: { position: Position; share: Share }) {
  const { words, locale } = useSpoken();
  const confirm = useConfirm();
  const { change, revoke } = useShares(position.id);
  const { did, amounts } = share;
  const { name } = usePeople()(did);
  const role = share.role as Role;
  const kept = { ...(share.detail !== "amounts" && { detail: share.detail }), ...(share.until !== null && { until: share.until }) };
  const takeBack = async () => {
    const { title, text, action } = words.share.revoke;
    if (await confirm({ title: title(name), text: text(name), action })) {
      revoke.mutate({ did, name });
    }
  };
  return (
    <li className={classes.member}>
      <span className={classes.memberName}>
        <Person did={did} size={26} presence />
        {share.until !== null && <small>{words.share.endsAt(dateAndTime(share.until, locale))}</small>}
      </span>
      <Select
        size="xs"
        w={168}
        allowDeselect={false}
        aria-label={words.share.roleOf(name)}
        value={role}
        data={rolesFor({ kind: "position", position }).map((value) => ({ value, label: words.common.roles[value] }))}
        onChange={(value) => {
          if (value !== null) {
            change.mutate({ did, terms: { role: value, amounts, ...kept } });
          }
        }}
      />
      <Switch
        size="sm"
        checked={amounts}
        label={words.share.amountsShort}
        aria-label={words.share.amountsOf(name)}
        onChange={(event) => {
          change.mutate({ did, terms: { role, amounts: event.currentTarget.checked, ...kept } });
        }}
      />
      <Button variant="subtle" color="vermilion" size="compact-sm" onClick={() => void takeBack()}>
        {words.share.takeBack}
      </Button>
    </li>
  );
}
