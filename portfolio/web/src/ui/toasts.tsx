/** Short messages at the edge: what was done with a way back, and what was refused with its reason. */

import { Anchor, Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMemo } from "react";
import { Link } from "react-router";
import { explain } from "../api/problem";
import { useWords } from "../i18n";

export interface Said {
  readonly message: string;
  /** Takes it back; a failure of it is told like any other. */
  readonly undo?: () => Promise<unknown>;
}

export interface Toasts {
  readonly say: (said: Said) => void;
  readonly refused: (error: unknown, rolledBack?: boolean) => void;
}

const UNDO_MS = 10_000;
const SAID_MS = 4_000;
const REFUSED_MS = 12_000;

const sentence = (text?: string): string => (/[.!?…]$/.test(text ?? "") ? (text ?? "") : `${text ?? ""}.`);

export function useToasts(): Toasts {
  const words = useWords();
  return useMemo(() => {
    const refused = (error: unknown, rolledBack = false) => {
      const { title, detail, next } = explain(error, words);
      notifications.show({
        color: "vermilion",
        title,
        autoClose: REFUSED_MS,
        withBorder: true,
        role: "alert",
        closeButtonProps: { "aria-label": words.common.close },
        message: (
          <Text size="sm">
            {[detail, next, rolledBack ? words.problems.rolledBack : ""].filter(Boolean).map(sentence).join(" ")}
          </Text>
        ),
      });
    };
    const say = ({ message, undo }: Said) => {
      const id = notifications.show({
        message:
          undo === undefined ? (
            message
          ) : (
            <Group justify="space-between" wrap="nowrap" gap="md">
              <Text size="sm">
                {message}{" "}
                <Anchor component={Link} to="/changes" size="sm" underline="always" style={{ whiteSpace: "nowrap" }}>
                  {words.changes.seeAll}
                </Anchor>
              </Text>
              <Button
                size="compact-sm"
                variant="light"
                onClick={() => {
                  notifications.hide(id);
                  undo().catch(refused);
                }}
              >
                {words.common.undo}
              </Button>
            </Group>
          ),
        autoClose: undo === undefined ? SAID_MS : UNDO_MS,
        withBorder: true,
        role: "status",
        closeButtonProps: { "aria-label": words.common.close },
      });
    };
    return { say, refused };
  }, [words]);
}
