import { Radio, Switch } from "@mantine/core";
import type { Position } from "../../api/types";
import { useWords } from "../../i18n";
import classes from "./share.module.css";
import type { Role, Terms } from "./use-shares";

const ROLES: readonly Role[] = ["viewer", "commenter", "editor"];

/** A holding follows its transactions, so nobody can edit one. */
export function rolesFor(kind: Position["kind"]): readonly Role[] {
  return kind === "holding" ? ROLES.filter((role) => role !== "editor") : ROLES;
}

interface TermsFieldsProps {
  readonly position: Position;
  readonly terms: Terms;
  readonly onChange: (terms: Terms) => void;
}

export function TermsFields({ position, terms, onChange }: TermsFieldsProps) {
  const words = useWords();
  return (
    <>
      <Radio.Group
        label={words.share.mayDo}
        value={terms.role}
        onChange={(role) => {
          onChange({ ...terms, role: role });
        }}
        classNames={{ label: classes.legend ?? "" }}
      >
        <div className={classes.roles}>
          {rolesFor(position.kind).map((role) => (
            <Radio key={role} value={role} label={words.common.roles[role]} description={words.share.roles[role]} />
          ))}
        </div>
      </Radio.Group>
      <Switch
        checked={terms.amounts}
        label={words.share.amounts}
        description={words.share.amountsHint}
        onChange={(event) => {
          onChange({ ...terms, amounts: event.currentTarget.checked });
        }}
      />
    </>
  );
}
