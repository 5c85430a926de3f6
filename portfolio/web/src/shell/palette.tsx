/** `Ctrl+K`: every screen, action, idea, holding and friend, a few letters away. Loaded on first use. */

import "@mantine/spotlight/styles.layer.css";
import { Spotlight, createSpotlight, type SpotlightActionData, type SpotlightActionGroupData } from "@mantine/spotlight";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { useNavigate } from "react-router";
import { queries } from "../api/queries";
import { useWords } from "../i18n";
import { Keys } from "../ui/keys";
import { colourOf, usePeople } from "../ui/people";
import { Avatar } from "../ui/person";
import { ACTIONS } from "./actions";
import { HOLDINGS, IDEAS, PLACES } from "./navigation";
import classes from "./palette.module.css";

const SHOWN_MAX = 12;
const [store, palette] = createSpotlight();

/** Opens each time `asked` grows. */
export default function Palette({ asked }: { asked: number }) {
  const words = useWords();
  useEffect(() => {
    palette.open();
  }, [asked]);
  const groups = usePaletteGroups();
  return (
    <Spotlight
      store={store}
      shortcut={null}
      actions={groups}
      limit={SHOWN_MAX}
      highlightQuery
      nothingFound={words.shell.searchNothing}
      searchProps={{ placeholder: words.shell.search, "aria-label": words.common.search }}
      transitionProps={{ duration: 120 }}
      overlayProps={{ blur: 0, backgroundOpacity: 0.35 }}
      attributes={{ content: { "aria-label": words.common.search }, actionsList: { tabIndex: 0 } }}
      classNames={{
        content: classes.content ?? "",
        actionsList: classes.list ?? "",
        actionsGroup: classes.group ?? "",
        action: classes.action ?? "",
        actionDescription: classes.description ?? "",
      }}
    />
  );
}

function usePaletteGroups(): SpotlightActionGroupData[] {
  const words = useWords();
  const navigate = useNavigate();
  const people = usePeople();
  const ideas = useQuery(queries.ideas()).data;
  const instruments = useQuery(queries.instruments()).data;
  const friends = useQuery(queries.friends()).data;
  return useMemo(() => {
    const go = (path: string) => () => void navigate(path);
    const headings = words.shell.palette;
    const screens = PLACES.map(({ path, keys, icon: Icon, label }): SpotlightActionData => ({
      id: path,
      label: label(words),
      leftSection: <Icon size={18} stroke={1.7} />,
      rightSection: <Keys of={keys} />,
      onClick: go(path),
    }));
    const actions = ACTIONS.map(({ path, keys, icon: Icon, label }): SpotlightActionData => ({
      id: path,
      label: label(words),
      leftSection: <Icon size={18} stroke={1.7} />,
      rightSection: keys === null ? null : <Keys of={keys} />,
      onClick: go(path),
    }));
    const found = {
      ideas: (ideas ?? []).map((idea): SpotlightActionData => ({
        id: idea.id,
        label: idea.symbol,
        description: [words.common[idea.side === "short" ? "short" : "long"], people(idea.owner).name].join(" · "),
        keywords: idea.thesis.slice(0, 200),
        leftSection: <IDEAS.icon size={18} stroke={1.7} />,
        onClick: go(`/ideas/${idea.id}`),
      })),
      instruments: (instruments ?? []).map(({ symbol, name }): SpotlightActionData => ({
        id: `instrument ${symbol}`,
        label: symbol,
        ...(name === null ? {} : { description: name }),
        leftSection: <HOLDINGS.icon size={18} stroke={1.7} />,
        onClick: go(`/instruments/${encodeURIComponent(symbol)}`),
      })),
      friends: (friends ?? []).map((friend): SpotlightActionData => ({
        id: friend.did,
        label: friend.name,
        ...(friend.handle === null ? {} : { description: friend.handle }),
        leftSection: <Avatar name={friend.name} colour={colourOf(friend.did)} />,
        onClick: go(`/friends/${friend.did}`),
      })),
    };
    return [
      { group: headings.ideas, actions: found.ideas },
      { group: headings.instruments, actions: found.instruments },
      { group: headings.friends, actions: found.friends },
      { group: headings.screens, actions: screens },
      { group: headings.actions, actions },
    ];
  }, [words, navigate, people, ideas, instruments, friends]);
}
