/** Friends to choose from, found by name or handle; several at once. */

import { Checkbox, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import type { Friend } from "../../api/types";
import { useWords } from "../../i18n";
import { colourOf } from "../../ui/people";
import { Avatar } from "../../ui/person";
import classes from "./share.module.css";

const SEARCH_FROM = 5;

interface FriendPickerProps {
  readonly friends: readonly Friend[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

export function matches({ name, handle }: Pick<Friend, "name" | "handle">, wanted: string): boolean {
  const plain = wanted.trim().toLocaleLowerCase();
  return [name, handle ?? ""].some((text) => text.toLocaleLowerCase().includes(plain));
}

export function FriendPicker({ friends, chosen, onChange }: FriendPickerProps) {
  const words = useWords();
  const [wanted, setWanted] = useState("");
  const found = friends.filter((friend) => matches(friend, wanted) || chosen.includes(friend.did));
  return (
    <fieldset className={classes.field}>
      <legend className={classes.legend}>{words.share.who}</legend>
      {friends.length >= SEARCH_FROM && (
        <TextInput
          size="sm"
          aria-label={words.share.findFriend}
          placeholder={words.share.findFriend}
          leftSection={<IconSearch size={15} stroke={1.7} />}
          value={wanted}
          onChange={(event) => {
            setWanted(event.currentTarget.value);
          }}
        />
      )}
      <ul className={classes.friends}>
        {found.map(({ did, name, handle, online }) => (
          <li key={did}>
            <Checkbox
              classNames={{ root: classes.friend ?? "", body: classes.friendBody ?? "", labelWrapper: classes.friendLabel ?? "" }}
              checked={chosen.includes(did)}
              onChange={(event) => {
                onChange(event.currentTarget.checked ? [...chosen, did] : chosen.filter((each) => each !== did));
              }}
              label={
                <span className={classes.friendName}>
                  <Avatar name={name} colour={colourOf(did)} size={26} online={online} />
                  <span>
                    <strong>{name}</strong>
                    <small>{[handle, online ? words.common.online : words.common.away].filter(Boolean).join(" · ")}</small>
                  </span>
                </span>
              }
            />
          </li>
        ))}
        {found.length === 0 && <li className={classes.none}>{words.share.nobody}</li>}
      </ul>
    </fieldset>
  );
}
