/** What can be done with a whole idea: its state, share, copy, delete or leave. */

import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconChevronDown, IconCopy, IconDots, IconDoorExit, IconShare2, IconTrash } from "@tabler/icons-react";
import type { Idea, IdeaState } from "../../api/types";
import { useWords } from "../../i18n";
import { useShortcut } from "../../lib/keyboard";
import { stepsFrom } from "../../lib/states";
import { StateGlyph } from "../../ui/chips";
import { useTransition } from "../ideas/use-transition";
import { useIdeaActions } from "./use-idea-actions";

interface ActionsProps {
  readonly idea: Idea;
  readonly mayEdit: boolean;
  readonly onShare: () => void;
}

export function IdeaActions({ idea, mayEdit, onShare }: ActionsProps) {
  const words = useWords();
  const mine = idea.role === "owner";
  const { copy, remove, leave } = useIdeaActions(idea);
  useShortcut(mine && !idea.sample ? "s" : null, words.idea.share, words.shell.groups.act, onShare);
  return (
    <>
      <StateMenu idea={idea} mayEdit={mayEdit} />
      {mine && !idea.sample && (
        <Button leftSection={<IconShare2 size={16} stroke={1.8} />} onClick={onShare}>
          {words.idea.share}
        </Button>
      )}
      {!mine && (
        <Button variant="default" leftSection={<IconCopy size={16} stroke={1.8} />} onClick={copy}>
          {words.idea.copyAsMine}
        </Button>
      )}
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <ActionIcon aria-label={words.idea.moreActions} variant="default" size={36}>
            <IconDots size={18} stroke={1.7} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {mine && (
            <Menu.Item leftSection={<IconCopy size={16} stroke={1.7} />} onClick={copy}>
              {words.idea.duplicate}
            </Menu.Item>
          )}
          {mine ? (
            <Menu.Item color="vermilion" leftSection={<IconTrash size={16} stroke={1.7} />} onClick={() => void remove()}>
              {words.idea.delete.item}
            </Menu.Item>
          ) : (
            <Menu.Item color="vermilion" leftSection={<IconDoorExit size={16} stroke={1.7} />} onClick={() => void leave()}>
              {words.idea.leave.item}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

function StateMenu({ idea, mayEdit }: { idea: Idea; mayEdit: boolean }) {
  const words = useWords();
  const transition = useTransition();
  const state = idea.state as IdeaState;
  const label = words.common.states[state];
  if (!mayEdit) {
    return null;
  }
  return (
    <Menu position="bottom-start" width={200}>
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<StateGlyph state={state} />}
          rightSection={<IconChevronDown size={14} stroke={1.8} />}
          aria-label={words.idea.stateIs(label)}
        >
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{words.idea.moveTo}</Menu.Label>
        {stepsFrom(state).map((to) => (
          <Menu.Item
            key={to}
            leftSection={<StateGlyph state={to} />}
            onClick={() => {
              transition.mutate({ idea, to });
            }}
          >
            {words.common.states[to]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
