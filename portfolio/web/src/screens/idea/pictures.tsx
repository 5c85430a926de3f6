/** Pictures of an idea: encoded anew by the planner, so nothing but what one sees is shared. */

import { ActionIcon, Button } from "@mantine/core";
import { IconPhotoPlus, IconX } from "@tabler/icons-react";
import { useRef } from "react";
import { api, data, newKey } from "../../api/client";
import { useChange } from "../../api/change";
import { keys } from "../../api/queries";
import type { Idea } from "../../api/types";
import { useWords } from "../../i18n";
import { Section } from "../../ui/page";
import classes from "./trade.module.css";

const MOST = 8;

export function Pictures({ idea, mayEdit }: { idea: Idea; mayEdit: boolean }) {
  const words = useWords().idea.pictures;
  const input = useRef<HTMLInputElement>(null);
  const stale = () => [keys.idea(idea.id), keys.ideas];
  const add = useChange<File, unknown>({
    send: (file) => {
      const form = new FormData();
      form.append("file", file, file.name);
      return data(
        api.POST("/api/v1/positions/ideas/{id}/attachments", {
          params: { path: { id: idea.id } },
          body: { content_base64: "" },
          bodySerializer: () => form,
          headers: { "Idempotency-Key": newKey() },
        }),
      );
    },
    stale,
  });
  const remove = useChange<string, unknown>({
    send: (digest) =>
      data(api.DELETE("/api/v1/positions/ideas/{id}/attachments/{digest}", { params: { path: { id: idea.id, digest } } })),
    stale,
  });
  const mayAdd = mayEdit && !idea.sample && idea.attachments.length < MOST;
  if (idea.attachments.length === 0 && !mayAdd) {
    return null;
  }
  return (
    <Section
      title={words.title}
      aside={
        mayAdd ? (
          <Button
            size="compact-sm"
            variant="subtle"
            loading={add.isPending}
            leftSection={<IconPhotoPlus size={16} stroke={1.7} />}
            onClick={() => input.current?.click()}
          >
            {words.add}
          </Button>
        ) : undefined
      }
    >
      <input
        ref={input}
        type="file"
        accept="image/png,image/jpeg,image/webp,image/gif"
        hidden
        aria-label={words.add}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file !== undefined) {
            add.mutate(file);
          }
          event.currentTarget.value = "";
        }}
      />
      <ul className={classes.pictures}>
        {idea.attachments.map((one) => (
          <li key={one.digest} className={classes.picture}>
            <a href={`/api/v1/positions/ideas/${idea.id}/attachments/${one.digest}`} target="_blank" rel="noreferrer">
              <img
                src={`/api/v1/positions/ideas/${idea.id}/attachments/${one.digest}`}
                alt={one.name === "" ? words.unnamed : one.name}
                width={one.width}
                height={one.height}
                loading="lazy"
              />
            </a>
            {mayEdit && (
              <ActionIcon
                className={classes.away ?? ""}
                variant="default"
                size={28}
                aria-label={words.remove(one.name)}
                onClick={() => {
                  remove.mutate(one.digest);
                }}
              >
                <IconX size={14} stroke={1.8} />
              </ActionIcon>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
