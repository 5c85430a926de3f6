/** A file of prices: dropped, asked about where it can be read in two ways, and what became of it. */

import { Button, Group, Modal, Radio, Stack } from "@mantine/core";
import { IconFileImport, IconUpload } from "@tabler/icons-react";
import { useRef, useState, type DragEvent } from "react";
import { explain } from "../../api/problem";
import { useSpoken, useWords } from "../../i18n";
import { day } from "../../lib/time";
import { faultsOf } from "../../ui/faults";
import classes from "./asset.module.css";
import { usePriceChanges, type Loaded, type Sent } from "./prices-api";

export function LoadPrices({ symbol, onClose }: { symbol: string; onClose: () => void }) {
  const words = useWords();
  const { load, undo } = usePriceChanges(symbol);
  const [sent, setSent] = useState<Sent | null>(null);
  const send = (next: Sent) => {
    setSent(next);
    load.mutate(next);
  };
  const faults = Object.keys(faultsOf(load.error, words));
  const question = faults.find((name) => name === "date_order" || name === "decimal_mark");
  return (
    <Modal
      opened
      onClose={onClose}
      title={`${words.prices.whose} ${symbol}`}
      size="lg"
      closeButtonProps={{ "aria-label": words.common.close }}
    >
      <Stack gap="md">
        {load.data === undefined ? (
          <>
            <Drop
              busy={load.isPending}
              onFile={(file) => {
                send({ file });
              }}
            />
            {sent !== null && question !== undefined && <Question about={question} sent={sent} onAnswer={send} />}
            {load.error !== null && question === undefined && <Refused error={load.error} />}
          </>
        ) : (
          <Result
            loaded={load.data}
            onUndo={(id) => {
              undo.mutate(id, { onSuccess: onClose });
            }}
            onClose={onClose}
          />
        )}
      </Stack>
    </Modal>
  );
}

function Refused({ error }: { error: unknown }) {
  const words = useWords();
  const { title, detail } = explain(error, words);
  const said = Object.values(faultsOf(error, words));
  return (
    <p role="alert" className={classes.refusal}>
      {said.length > 0 ? said.join(" ") : [title, detail].filter(Boolean).join(" ")}
    </p>
  );
}

function Drop({ busy, onFile }: { busy: boolean; onFile: (file: File) => void }) {
  const words = useWords().prices;
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const take = (files: FileList | null) => {
    const file = files?.item(0);
    if (file != null) {
      onFile(file);
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  return (
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions -- the button is the keyboard's way
    <div
      className={`${classes.drop} ${over ? classes.over : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => {
        setOver(false);
      }}
      onDrop={drop}
    >
      <IconFileImport size={26} stroke={1.5} aria-hidden />
      <strong>{words.drop}</strong>
      <p>{words.dropText}</p>
      <Button loading={busy} leftSection={<IconUpload size={16} stroke={1.8} />} onClick={() => input.current?.click()}>
        {words.choose}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={words.choose}
        onChange={(event) => {
          take(event.currentTarget.files);
          event.currentTarget.value = "";
        }}
      />
    </div>
  );
}

interface QuestionProps {
  readonly about: string;
  readonly sent: Sent;
  readonly onAnswer: (sent: Sent) => void;
}

function Question({ about, sent, onAnswer }: QuestionProps) {
  const words = useWords().prices;
  const isOrder = about === "date_order";
  const answers: Readonly<Record<string, string>> = isOrder
    ? { dmy: words.orders.dmy, mdy: words.orders.mdy }
    : words.marks;
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <div role="group" aria-label={sent.file.name}>
      <Radio.Group label={isOrder ? words.order : words.mark} value={chosen} onChange={setChosen}>
        <Stack gap="xs" mt={8}>
          {Object.entries(answers).map(([value, label]) => (
            <Radio key={value} value={value} label={label} />
          ))}
        </Stack>
      </Radio.Group>
      <Button
        mt="md"
        disabled={chosen === null}
        onClick={() => {
          if (chosen !== null) {
            onAnswer({ ...sent, ...(isOrder ? { order: chosen } : { mark: chosen }) });
          }
        }}
      >
        {words.readAgain}
      </Button>
    </div>
  );
}

interface ResultProps {
  readonly loaded: Loaded;
  readonly onUndo: (id: string) => void;
  readonly onClose: () => void;
}

function Result({ loaded: { answer, undo }, onUndo, onClose }: ResultProps) {
  const { words, locale } = useSpoken();
  const { prices } = words;
  const { first, last, rejections } = answer;
  return (
    <div role="status">
      <p className={classes.counts}>
        <strong>{prices.taken(answer.taken)}</strong>
        {first !== null && last !== null && <span>{prices.between(day(first, locale), day(last, locale))}</span>}
        {answer.known > 0 && <span>{prices.known(answer.known)}</span>}
        {answer.rejected > 0 && <span>{prices.rejected(answer.rejected)}</span>}
      </p>
      {rejections.length > 0 && (
        // A long table scrolls in itself; the keyboard reaches it.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- so that arrow keys scroll it
        <div className={classes.rejections} tabIndex={0} role="region" aria-label={prices.rejected(answer.rejected)}>
          <table>
            <thead>
              <tr>
                <th scope="col">{prices.line}</th>
                <th scope="col">{prices.reason}</th>
                <th scope="col">{prices.row}</th>
              </tr>
            </thead>
            <tbody>
              {rejections.map((one) => (
                <tr key={one.line}>
                  <td>{one.line}</td>
                  <td>{words.problems.said(one.reason) ?? one.reason}</td>
                  <td className={classes.cells}>{one.cells.join(" · ")}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {answer.rejected > rejections.length && (
        <p className={classes.empty}>{prices.firstOf(rejections.length, answer.rejected)}</p>
      )}
      <Group justify="space-between" mt="md">
        {undo === null ? (
          <span />
        ) : (
          <Button
            variant="subtle"
            onClick={() => {
              onUndo(undo);
            }}
          >
            {prices.undoFile}
          </Button>
        )}
        <Button onClick={onClose}>{words.common.close}</Button>
      </Group>
    </div>
  );
}
