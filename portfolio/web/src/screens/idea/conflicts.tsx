/** Two wrote one field: both values, and one click to say which one counts. */

import { Button } from "@mantine/core";
import { IconGitMerge } from "@tabler/icons-react";
import type { Idea } from "../../api/types";
import { useSpoken } from "../../i18n";
import { Ago } from "../../ui/ago";
import { Person } from "../../ui/person";
import classes from "./idea.module.css";
import { isShown } from "./moves";
import type { Clash, Reviser, Value } from "./revise";
import { fieldPhrase, valueText } from "./telling";

interface ConflictsProps {
  readonly idea: Idea;
  readonly mayEdit: boolean;
  readonly reviser: Reviser;
}

export function Conflicts({ idea, mayEdit, reviser }: ConflictsProps) {
  const written = idea.conflicts.filter(({ field }) => isShown(field));
  return (
    <>
      {reviser.clashes.map((clash) => (
        <ClashCard key={clash.field} clash={clash} settle={reviser.settle} />
      ))}
      {written.map((conflict) => (
        <ConflictCard key={conflict.field} idea={idea} conflict={conflict} mayEdit={mayEdit} revise={reviser.revise} />
      ))}
    </>
  );
}

/** Somebody changed it while this person typed: theirs stands, mine is not lost. */
function ClashCard({ clash, settle }: { clash: Clash; settle: Reviser["settle"] }) {
  const { words, locale } = useSpoken();
  const { field, mine, theirs } = clash;
  return (
    <Choice title={words.idea.clash.title(fieldPhrase({ field, target: null }, words))} text={words.idea.clash.text}>
      <Button variant="default" size="xs" onClick={() => { settle(clash, "theirs"); }}>
        {words.idea.clash.theirs(valueText(field, theirs, words, locale))}
      </Button>
      <Button variant="default" size="xs" onClick={() => { settle(clash, "mine"); }}>
        {words.idea.clash.mine(valueText(field, mine, words, locale))}
      </Button>
    </Choice>
  );
}

interface ConflictCardProps {
  readonly idea: Idea;
  readonly conflict: Idea["conflicts"][number];
  readonly mayEdit: boolean;
  readonly revise: Reviser["revise"];
}

/** Two planners wrote it without knowing of each other. */
function ConflictCard({ idea, conflict, mayEdit, revise }: ConflictCardProps) {
  const { words, locale } = useSpoken();
  const { field, values } = conflict;
  if (!isShown(field)) {
    return null;
  }
  return (
    <Choice
      title={words.idea.conflict.title(fieldPhrase({ field, target: null }, words))}
      text={mayEdit ? words.idea.conflict.text : words.idea.conflict.wait}
    >
      {values.map(({ value, who, at }, index) => (
        <Button
          key={`${who} ${at} ${index}`}
          variant="default"
          size="xs"
          disabled={!mayEdit}
          onClick={() => {
            revise({ [field]: value }, idea);
          }}
        >
          <span className={classes.candidate}>
            <strong>{valueText(field, value as Value, words, locale)}</strong>
            <Person did={who} size={16} you /> <Ago at={at} />
          </span>
        </Button>
      ))}
    </Choice>
  );
}

function Choice({ title, text, children }: { title: string; text: string; children: React.ReactNode }) {
  return (
    <section className={classes.conflict} aria-label={title} data-testid="conflict">
      <IconGitMerge size={18} stroke={1.7} aria-hidden />
      <div className={classes.conflictText}>
        <strong>{title}</strong>
        <p>{text}</p>
      </div>
      <div className={classes.candidates}>{children}</div>
    </section>
  );
}
