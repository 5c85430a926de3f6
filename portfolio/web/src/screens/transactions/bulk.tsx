/** One change for many rows: their account, their tags, or away with them. */

import { Button, Group, Modal, Stack, TagsInput, TextInput } from "@mantine/core";
import { IconTags, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import type { Transaction, TransactionPatch } from "../../api/types";
import { useWords } from "../../i18n";
import { useConfirm } from "../../ui/confirm";
import { useBulk } from "./changes";
import classes from "./transactions.module.css";

interface BulkBarProps {
  readonly selected: ReadonlySet<string>;
  readonly rows: readonly Transaction[];
  readonly onDone: () => void;
}

export function BulkBar({ selected, rows, onDone }: BulkBarProps) {
  const words = useWords();
  const confirm = useConfirm();
  const bulk = useBulk();
  const [editing, setEditing] = useState(false);
  const ids = rows.filter((row) => selected.has(row.id)).map((row) => row.id);
  const removeAll = async () => {
    const text = words.transactions.deleteMany(ids.length);
    if (await confirm({ title: text, text: words.transactions.deleteManyText, action: words.common.delete })) {
      bulk.mutate({ ids, delete: true }, { onSuccess: onDone });
    }
  };
  return (
    <div className={classes.bulk} role="region" aria-label={words.transactions.selected(ids.length)}>
      <strong aria-live="polite">{words.transactions.selected(ids.length)}</strong>
      <Button
        variant="default"
        size="xs"
        disabled={ids.length === 0}
        leftSection={<IconTags size={14} stroke={1.8} />}
        onClick={() => {
          setEditing(true);
        }}
      >
        {words.transactions.changeMany}
      </Button>
      <Button
        variant="subtle"
        color="vermilion"
        size="xs"
        disabled={ids.length === 0}
        leftSection={<IconTrash size={14} stroke={1.8} />}
        onClick={() => void removeAll()}
      >
        {words.transactions.deleteMany(ids.length)}
      </Button>
      {editing && (
        <ChangeMany
          onClose={() => {
            setEditing(false);
          }}
          onApply={(set) => {
            setEditing(false);
            bulk.mutate({ ids, set }, { onSuccess: onDone });
          }}
        />
      )}
    </div>
  );
}

function ChangeMany({ onApply, onClose }: { onApply: (set: TransactionPatch) => void; onClose: () => void }) {
  const words = useWords();
  const [account, setAccount] = useState("");
  const [tags, setTags] = useState<string[]>([]);
  const set: TransactionPatch = {
    ...(account.trim() !== "" && { account: account.trim() }),
    ...(tags.length > 0 && { tags }),
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.transactions.changeMany}
      size="sm"
      closeButtonProps={{ "aria-label": words.common.close }}
    >
      <Stack gap="md">
        <TextInput
          label={words.transactions.setAccount}
          data-autofocus
          value={account}
          onChange={(event) => {
            setAccount(event.currentTarget.value);
          }}
        />
        <TagsInput
          label={words.transactions.addTags}
          value={tags}
          clearButtonProps={{ "aria-label": words.transactions.clearTags }}
          onChange={setTags}
        />
        <Group justify="flex-end">
          <Button
            disabled={Object.keys(set).length === 0}
            onClick={() => {
              onApply(set);
            }}
          >
            {words.transactions.apply}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
