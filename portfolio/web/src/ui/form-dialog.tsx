/** A form in a dialog: it sends, shows the refusal at its fields or above the button, and closes. */

import { Button, Group, Modal, Stack } from "@mantine/core";
import { useState, type ReactNode, type SubmitEvent } from "react";
import { explain } from "../api/problem";
import { useWords } from "../i18n";
import { faultsOf } from "./faults";
import classes from "./form-dialog.module.css";

interface FormDialogProps {
  readonly title: string;
  readonly action: string;
  readonly ready: boolean;
  readonly onSend: () => Promise<unknown>;
  readonly onClose: () => void;
  /** Left of the button: what else can be done, such as deleting. */
  readonly aside?: ReactNode;
  /** The fields, given what the planner found wrong with them. */
  readonly children: (faults: Readonly<Record<string, string>>) => ReactNode;
}

export function FormDialog({ title, action, ready, onSend, onClose, aside, children }: FormDialogProps) {
  const words = useWords();
  const [failed, setFailed] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const faults = faultsOf(failed, words);
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await onSend();
      onClose();
    } catch (error) {
      setFailed(error);
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={title} size="md" closeButtonProps={{ "aria-label": words.common.close }}>
      <form onSubmit={(event) => void send(event)} noValidate>
        <Stack gap="md">
          {children(faults)}
          {failed !== null && Object.keys(faults).length === 0 && <Refusal error={failed} />}
          <Group justify="space-between" mt={4}>
            {aside === undefined || aside === false ? <span /> : aside}
            <Button type="submit" loading={busy} disabled={!ready}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Refusal({ error }: { error: unknown }) {
  const { title, detail, next } = explain(error, useWords());
  return (
    <div className={classes.refusal} role="alert">
      <strong>{title}</strong>
      <span>{detail ?? next}</span>
    </div>
  );
}
