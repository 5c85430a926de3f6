import { Chip, Group, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useCallback } from "react";
import { useSearchParams } from "react-router";
import { useWords } from "../../i18n";
import { usePeople } from "../../ui/people";
import { Avatar } from "../../ui/person";
import classes from "./shared.module.css";

/** What of it to show; kept in the address, so that back and reload find it again. */
export interface Choice {
  readonly who: string;
  readonly symbol: string;
  readonly onlyNews: boolean;
}

type Choose = (name: "who" | "symbol" | "new", value: string) => void;

export function useChoice(): { choice: Choice; choose: Choose } {
  const [params, setParams] = useSearchParams();
  const choose = useCallback<Choose>(
    (name, value) => {
      setParams(
        (before) => {
          if (value === "") {
            before.delete(name);
          } else {
            before.set(name, value);
          }
          return before;
        },
        { replace: true },
      );
    },
    [setParams],
  );
  const choice = {
    who: params.get("who") ?? "",
    symbol: params.get("symbol") ?? "",
    onlyNews: params.has("new"),
  };
  return { choice, choose };
}

export function Filters(props: { people: readonly string[]; choice: Choice; news: number; choose: Choose }) {
  const { people, choice, news, choose } = props;
  const words = useWords();
  const personOf = usePeople();
  return (
    <Group gap="xs" role="group" aria-label={words.common.search}>
      <TextInput
        size="xs"
        w={150}
        aria-label={words.shared.symbol}
        placeholder={words.shared.symbol}
        leftSection={<IconSearch size={14} stroke={1.8} aria-hidden />}
        value={choice.symbol}
        onChange={(event) => {
          choose("symbol", event.currentTarget.value);
        }}
      />
      <Chip
        size="xs"
        variant="outline"
        checked={choice.onlyNews}
        onChange={(checked) => {
          choose("new", checked ? "yes" : "");
        }}
      >
        {words.shared.onlyNews(news)}
      </Chip>
      {people.length > 1 &&
        people.map((did) => {
          const person = personOf(did);
          return (
            <Chip
              key={did}
              size="xs"
              variant="outline"
              checked={choice.who === did}
              onChange={(checked) => {
                choose("who", checked ? did : "");
              }}
            >
              <span className={classes.who}>
                <Avatar name={person.name} colour={person.colour} size={18} />
                {person.name}
              </span>
            </Chip>
          );
        })}
    </Group>
  );
}
