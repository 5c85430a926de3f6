/** Which column means what, and which word is which kind: for files that nobody knows by name. */

import { Button, Group, Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { api, data } from "../../api/client";
import { useChange } from "../../api/change";
import type { ImportedFile, ImportOptions } from "../../api/types";
import { useWords } from "../../i18n";
import { KINDS } from "../transactions/form";
import classes from "./import.module.css";

interface MappingProps {
  readonly file: ImportedFile;
  readonly busy: boolean;
  readonly decided: ImportOptions;
  readonly onDecide: (options: ImportOptions) => void;
}

type Columns = Readonly<Record<string, string>>;
type Kinds = NonNullable<ImportOptions["kinds"]>;
const NO_TRANSACTION = "none";

/** A header may be empty or stand twice; "#3" is the third column. */
function columnName(headers: readonly string[], at: number): string {
  const header = headers[at] ?? "";
  return header === "" || headers.indexOf(header) !== at ? `#${at + 1}` : header;
}

export function Mapping({ file, busy, decided, onDecide }: MappingProps) {
  const words = useWords().imports;
  const proposal = file.proposal as ImportOptions;
  const [columns, setColumns] = useState<Columns>({ ...(proposal.columns ?? {}), ...(decided.columns ?? {}) });
  const [kinds, setKinds] = useState<Kinds>({ ...(proposal.kinds ?? {}), ...(decided.kinds ?? {}) });
  const fields = Object.entries(words.fields);
  const fieldOf = (column: string) => Object.entries(columns).find(([, name]) => name === column)?.[0] ?? null;
  const choose = (column: string, field: string | null) => {
    const others = Object.entries(columns).filter(([name, each]) => each !== column && name !== field);
    setColumns(Object.fromEntries(field === null ? others : [...others, [field, column]]));
  };
  const options: ImportOptions = { ...proposal, ...decided, columns, kinds };
  return (
    <div className={classes.asked} role="group" aria-label={words.asks.mapping}>
      <p>{words.asks.mapping}</p>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls sideways */}
      <div className={classes.scroll} role="group" aria-label={words.columns} tabIndex={0}>
        <table className={classes.mapping}>
          <thead>
            <tr>
              {file.headers.map((header, at) => (
                <th key={at} scope="col">
                  <div className={classes.header}>{header === "" ? `#${at + 1}` : header}</div>
                  <Select
                    size="xs"
                    w={150}
                    clearable
                    searchable
                    placeholder={words.ignored}
                    aria-label={words.meaningOf(header)}
                    data={fields.map(([value, label]) => ({ value, label }))}
                    value={fieldOf(columnName(file.headers, at))}
                    onChange={(field) => {
                      choose(columnName(file.headers, at), field);
                    }}
                  />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {file.sample_rows.map((row, line) => (
              <tr key={line}>
                {file.headers.map((_, at) => (
                  <td key={at}>{row[at] ?? ""}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {file.unknown_kinds.length > 0 && (
        <div className={classes.kinds}>
          <p>{words.asks.kinds}</p>
          {file.unknown_kinds.map((word) => (
            <KindOf key={word} word={word} kinds={kinds} onChange={setKinds} />
          ))}
        </div>
      )}
      <Group justify="space-between" align="flex-end">
        <SaveTemplate file={file} options={options} />
        <Button
          loading={busy}
          disabled={Object.keys(columns).length === 0}
          onClick={() => {
            onDecide(options);
          }}
        >
          {words.read}
        </Button>
      </Group>
    </div>
  );
}

function KindOf(props: { word: string; kinds: Kinds; onChange: (kinds: Kinds) => void }) {
  const { word, kinds, onChange } = props;
  const words = useWords();
  const known = Object.hasOwn(kinds, word) ? (kinds[word] ?? NO_TRANSACTION) : null;
  return (
    <Group gap="sm">
      <code>{word}</code>
      <Select
        size="xs"
        w={220}
        aria-label={words.imports.kindOf(word)}
        placeholder={words.imports.undecided}
        value={known}
        data={[
          ...KINDS.map((value): { value: string; label: string } => ({ value, label: words.transactions.kinds[value] })),
          { value: NO_TRANSACTION, label: words.imports.noTransaction },
        ]}
        onChange={(value) => {
          const rest = Object.fromEntries(Object.entries(kinds).filter(([name]) => name !== word));
          const kind = KINDS.find((each) => each === value) ?? null;
          onChange(value === null ? rest : { ...rest, [word]: kind });
        }}
      />
    </Group>
  );
}

/** Kept under a name, and used by itself for files with the same header. */
function SaveTemplate({ file, options }: { file: ImportedFile; options: ImportOptions }) {
  const words = useWords().imports;
  const [name, setName] = useState("");
  const save = useChange<string, unknown>({
    send: (title) =>
      data(api.POST("/api/v1/imports/templates", { body: { name: title, headers: file.headers, options } })),
    said: (title) => ({ message: words.templateSaved(title) }),
  });
  return (
    <Group gap="xs" align="flex-end">
      <TextInput
        size="xs"
        label={words.templateName}
        value={name}
        onChange={(event) => {
          setName(event.currentTarget.value);
        }}
      />
      <Button
        size="xs"
        variant="default"
        loading={save.isPending}
        disabled={name.trim() === ""}
        onClick={() => {
          save.mutate(name.trim());
        }}
      >
        {words.saveTemplate}
      </Button>
    </Group>
  );
}
