/** Names and colours of people: a person is never shown by their did. */

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { queries } from "../api/queries";
import { useMe, useSettings } from "../api/session";
import type { Settings } from "../api/types";
import { useWords } from "../i18n";

export type Colour = Settings["colour"];
export const COLOURS: readonly Colour[] = ["iris", "teal", "amber", "rose", "sky", "olive", "plum", "slate"];

export interface KnownPerson {
  readonly name: string;
  readonly colour: Colour;
  readonly handle: string | null;
  readonly online: boolean;
  readonly isMe: boolean;
}

/** The same colour for the same person each time, without asking anybody. */
export function colourOf(did: string): Colour {
  let hash = 0;
  for (const character of did) {
    hash = (hash * 31 + character.charCodeAt(0)) >>> 0;
  }
  return COLOURS[hash % COLOURS.length] ?? "slate";
}

/** "Anna Berg" is AB; one letter for one word. */
export function initials(name: string): string {
  const parts = name.trim().split(/\s+/);
  const [first = "", last = ""] = [parts[0], parts.length > 1 ? parts.at(-1) : ""];
  return ((Array.from(first)[0] ?? "?") + (Array.from(last)[0] ?? "")).toLocaleUpperCase();
}

/** Finds a person by did (or, for a guest, by the URL of their actor). */
export function usePeople(): (did: string) => KnownPerson {
  const me = useMe();
  const settings = useSettings();
  const words = useWords();
  const { data: friends } = useQuery(queries.friends());
  return useMemo(() => {
    const known = new Map<string, KnownPerson>(
      friends?.map(({ did, name, handle, online }) => [
        did,
        { name, handle, online, colour: colourOf(did), isMe: false },
      ]),
    );
    known.set(me.did, { name: me.name, handle: me.handle, online: true, colour: settings.colour, isMe: true });
    return (did) =>
      known.get(did) ?? {
        name: guestName(did) ?? words.common.someone,
        handle: null,
        online: false,
        colour: colourOf(did),
        isMe: false,
      };
  }, [friends, me, settings.colour, words]);
}

/** `https://social.example/users/eve` is eve@social.example. */
function guestName(actor: string): string | null {
  if (!actor.startsWith("https://")) {
    return null;
  }
  const { host, pathname } = new URL(actor);
  const last = pathname.split("/").filter(Boolean).at(-1);
  return last === undefined ? host : `${last}@${host}`;
}
