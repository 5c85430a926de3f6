/** Asks before what cannot be undone: `if (await confirm({ title, text, action })) …`. */

import { Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useCallback, type ReactNode } from "react";
import { useWords } from "../i18n";

export interface Question {
  readonly title: string;
  readonly text: ReactNode;
  /** The word on the button that does it. */
  readonly action: string;
}

export function useConfirm(): (question: Question) => Promise<boolean> {
  const words = useWords();
  return useCallback(
    ({ title, text, action }) =>
      new Promise((resolve) => {
        modals.openConfirmModal({
          title,
          children: typeof text === "string" ? <Text size="sm">{text}</Text> : text,
          labels: { confirm: action, cancel: words.common.cancel },
          confirmProps: { color: "vermilion" },
          closeButtonProps: { "aria-label": words.common.close },
          onConfirm: () => {
            resolve(true);
          },
          onClose: () => {
            resolve(false);
          },
        });
      }),
    [words],
  );
}
