import { Radio, Select, Switch, TextInput } from "@mantine/core";
import { useWords } from "../../i18n";
import { localDay, useNow } from "../../lib/time";
import classes from "./share.module.css";
import { rolesFor, type Subject } from "./subject";
import type { Terms } from "./use-shares";

const DETAILS = ["percent", "quantities"] as const;
interface TermsFieldsProps {
  readonly subject: Subject;
  readonly terms: Terms;
  readonly onChange: (terms: Terms) => void;
}

export function TermsFields({ subject, terms, onChange }: TermsFieldsProps) {
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
          {rolesFor(subject).map((role) => (
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
