import { Radio, Select, Switch, TextInput } from "@mantine/core";
import type { Position } from "../../api/types";
import { useWords } from "../../i18n";
import { localDay, useNow } from "../../lib/time";
import classes from "./share.module.css";
import type { Role, Terms } from "./use-shares";

const DETAILS = ["percent", "quantities"] as const;
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
  const today = localDay(useNow());
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
      {!terms.amounts && (
        <Select
          label={words.share.detail}
          allowDeselect={false}
          value={terms.detail ?? "percent"}
          data={DETAILS.map((value) => ({ value, label: words.share.details[value] }))}
          onChange={(value) => {
            onChange({ ...terms, detail: value ?? "percent" });
          }}
        />
      )}
      <TextInput
        type="date"
        label={words.share.until}
        description={words.share.untilHint}
        min={today}
        value={terms.until?.slice(0, 10) ?? ""}
        onChange={(event) => {
          const { role, amounts, detail } = terms;
          const date = event.currentTarget.value;
          onChange({ role, amounts, ...(detail && { detail }), ...(date !== "" && { until: endOf(date) }) });
        }}
      />
    </>
  );
}

/** The end of a day where this person is, as an instant. */
function endOf(date: string): string {
  return new Date(`${date}T23:59:59`).toISOString().replace(".000Z", "Z");
}
