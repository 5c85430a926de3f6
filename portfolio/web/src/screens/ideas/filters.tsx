import { Select, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useSearchParams } from "react-router";
import type { Idea } from "../../api/types";
import { useWords } from "../../i18n";
import { STATES } from "../../lib/states";
import { usePeople } from "../../ui/people";
import { withPart, type Filter } from "./filter";
import classes from "./ideas.module.css";

interface FiltersProps {
  readonly filter: Filter;
  readonly ideas: readonly Idea[];
  readonly shown: number;
}

export function Filters({ filter, ideas, shown }: FiltersProps) {
  const words = useWords();
  const people = usePeople();
  const [params, setParams] = useSearchParams();
  const set = (name: keyof Filter) => (value: string | null) => {
    setParams(withPart(params, name, value), { replace: true });
  };
  const owners = [...new Set(ideas.map(({ owner }) => owner))]
    .map((did) => ({ did, ...people(did) }))
    .sort((a, b) => Number(b.isMe) - Number(a.isMe) || a.name.localeCompare(b.name));
  return (
    <search className={classes.filters} aria-label={words.ideas.filter}>
      <TextInput
        size="sm"
        className={classes.find}
        leftSection={<IconSearch size={15} stroke={1.7} />}
        aria-label={words.ideas.find}
        placeholder={words.ideas.find}
        value={filter.symbol}
        onChange={(event) => {
          set("symbol")(event.currentTarget.value);
        }}
      />
      <Select
        size="sm"
        className={classes.select}
        clearable
        aria-label={words.ideas.columns.state}
        placeholder={words.ideas.anyState}
        value={filter.state}
        data={STATES.map((value) => ({ value, label: words.common.states[value] }))}
        onChange={set("state")}
      />
      {owners.length > 1 && (
        <Select
          size="sm"
          className={classes.select}
          clearable
          aria-label={words.ideas.columns.owner}
          placeholder={words.ideas.anyone}
          value={filter.owner}
          data={owners.map(({ did, name, isMe }) => ({ value: did, label: isMe ? words.ideas.mine : name }))}
          onChange={set("owner")}
        />
      )}
      <span className={classes.count} role="status">
        {words.ideas.count(shown)}
      </span>
    </search>
  );
}
