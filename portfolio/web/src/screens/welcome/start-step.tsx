import { Button, Textarea } from "@mantine/core";
import { IconCheck, IconChartAreaLine, IconNotebook, IconPencil, type Icon } from "@tabler/icons-react";
import { useState, type SubmitEvent } from "react";
import { useChange } from "../../api/change";
import { api, data } from "../../api/client";
import { keys } from "../../api/queries";
import type { Friend } from "../../api/types";
import { useWords } from "../../i18n";
import { useLoadSample } from "../../shell/sample";
import { useRadioKeys } from "../../ui/radio-keys";
import { StepHead } from "./step-head";
import classes from "./welcome.module.css";

type Way = "sample" | "own" | "empty";

const WAYS: readonly { way: Way; icon: Icon; to: string }[] = [
  { way: "sample", icon: IconChartAreaLine, to: "/" },
  { way: "own", icon: IconPencil, to: "/transactions?new" },
  { way: "empty", icon: IconNotebook, to: "/" },
];

/** What to begin with, and the invite of a friend. */
export function StartStep({ onDone }: { onDone: (to: string) => Promise<void> }) {
  const words = useWords().welcome.start;
  const [way, setWay] = useState<Way>("sample");
  const [invite, setInvite] = useState("");
  const [busy, setBusy] = useState(false);
  const load = useLoadSample();
  const accept = useChange<string, Friend>({
    send: (text) => data(api.POST("/api/v1/friends", { body: { invite: text } })),
    stale: () => [keys.friends],
    said: (_text, friend) => ({ message: words.joined(friend.name) }),
  });
  const begin = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      if (invite.trim() !== "") {
        await accept.mutateAsync(invite.trim());
      }
      if (way === "sample") {
        await load.mutateAsync(null);
      }
      await onDone(WAYS.find((each) => each.way === way)?.to ?? "/");
    } catch {
      setBusy(false); // the toast says why; the choice stays as it is
    }
  };
  return (
    <>
      <StepHead n={3} title={words.title}>
        {words.text}
      </StepHead>
      <form className={classes.fields} onSubmit={(event) => void begin(event)}>
        <Ways value={way} onChange={setWay} label={words.title} />
        <Textarea
          label={words.invite}
          description={words.inviteHint}
          autosize
          minRows={1}
          maxRows={3}
          autoComplete="off"
          spellCheck={false}
          value={invite}
          onChange={(event) => {
            setInvite(event.currentTarget.value);
          }}
        />
        <div className={classes.actions}>
          <span />
          <Button type="submit" size="md" loading={busy}>
            {words.finish}
          </Button>
        </div>
      </form>
    </>
  );
}

function Ways({ value, onChange, label }: { value: Way; onChange: (way: Way) => void; label: string }) {
  const words = useWords().welcome.start;
  const { group, onKeyDown } = useRadioKeys(
    WAYS.map(({ way }) => way),
    value,
    onChange,
  );
  return (
    <div ref={group} className={classes.choices} role="radiogroup" aria-label={label}>
      {WAYS.map(({ way, icon: WayIcon }) => (
        <button
          key={way}
          type="button"
          role="radio"
          aria-checked={way === value}
          tabIndex={way === value ? 0 : -1}
          className={classes.choice}
          onKeyDown={onKeyDown}
          onClick={() => {
            onChange(way);
          }}
        >
          <span className={classes.icon} aria-hidden>
            <WayIcon size={20} stroke={1.7} />
          </span>
          <span>
            <strong>{words[way].label}</strong>
            <small>{words[way].text}</small>
          </span>
          <IconCheck className={classes.tick} size={18} stroke={2} aria-hidden />
        </button>
      ))}
    </div>
  );
}
