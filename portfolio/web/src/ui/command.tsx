import { ActionIcon, CopyButton } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useWords } from "../i18n";
import classes from "./command.module.css";

/** A command for the terminal, with a button that copies it. */
export function Command({ children }: { children: string }) {
  const { common } = useWords();
  return (
    <div className={classes.command}>
      <code>{children}</code>
      <CopyButton value={children}>
        {({ copied, copy }) => (
          <ActionIcon size="md" onClick={copy} aria-label={copied ? common.copied : common.copy}>
            {copied ? <IconCheck size={16} stroke={1.8} /> : <IconCopy size={16} stroke={1.7} />}
          </ActionIcon>
        )}
      </CopyButton>
    </div>
  );
}
