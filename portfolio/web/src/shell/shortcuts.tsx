import { Modal } from "@mantine/core";
import { useWords } from "../i18n";
import { useShortcuts } from "../lib/keyboard";
import { Keys } from "../ui/keys";
import classes from "./shell.module.css";

/** All keys that work on this screen right now, read from the table that makes them work. */
export function ShortcutSheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const words = useWords();
  const shortcuts = useShortcuts();
  const groups = [...new Set(shortcuts.map(({ group }) => group))];
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={words.shell.shortcuts}
      size="lg"
      closeButtonProps={{ "aria-label": words.common.close }}
    >
      <div className={classes.sheet}>
        {groups.map((group) => (
          <section key={group} className={classes.sheetGroup}>
            <h3>{group}</h3>
            <dl>
              {shortcuts
                .filter((each) => each.group === group)
                .map(({ keys, label }) => (
                  <div key={keys} style={{ display: "contents" }}>
                    <dt>{label}</dt>
                    <dd>
                      <Keys of={keys} />
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
