import { useMemo } from "react";
import { useMe } from "../../api/session";
import type { RecordTrade } from "../../api/types";
import { useSpoken, type Words } from "../../i18n";
import { compare } from "../../lib/decimal";
import { dateAndTime } from "../../lib/time";
import { RemarkChip, SideChip } from "../../ui/chips";
import { DataTable, type Column } from "../../ui/data-table";
import { usePeople } from "../../ui/people";
import { R } from "./r";
import classes from "./record.module.css";

type Held = (row: RecordTrade) => string;

/** Each shared idea, whether it counts, and who held its plan since when. */
export function Trades({ rows }: { rows: readonly RecordTrade[] }) {
  const { words, locale } = useSpoken();
  const people = usePeople();
  const me = useMe();
  const columns = useMemo(() => {
    const held: Held = ({ witness, since }) => {
      if (witness === null || since === null) {
        return "–";
      }
      const name = witness === me.did ? words.record.you : people(witness).name;
      return words.record.heldBy(name, dateAndTime(since, locale));
    };
    return columnsOf(words, held);
  }, [words, locale, people, me.did]);
  return (
    <DataTable
      label={words.record.trades}
      rows={rows}
      columns={columns}
      rowId={(row) => `${row.position_id ?? ""} ${row.numbers.join(" ")}`}
      card={(row) => <TradeCard row={row} />}
    />
  );
}

function columnsOf(words: Words, held: Held): readonly Column<RecordTrade>[] {
  const { record } = words;
  return [
    { id: "idea", header: record.idea, cell: (row) => <Named row={row} words={words} /> },
    {
      id: "result",
      header: record.result,
      align: "end",
      order: (a, b) => compare(a.r ?? "0", b.r ?? "0"),
      cell: (row) => <R value={row.r} />,
    },
    {
      id: "planned",
      header: record.planned,
      align: "end",
      from: "medium",
      order: (a, b) => compare(a.plan_r ?? "0", b.plan_r ?? "0"),
      cell: (row) => <R value={row.plan_r} />,
    },
    { id: "held", header: record.heldSince, from: "medium", cell: (row) => <small>{held(row)}</small> },
    { id: "status", header: record.status, cell: (row) => <Status row={row} words={words} /> },
  ];
}

function Named({ row, words }: { row: RecordTrade; words: Words }) {
  return (
    <span className={classes.named}>
      <strong>{row.symbol ?? "?"}</strong>
      {row.side !== null && <SideChip side={row.side} />}
      {row.numbers.length > 0 && <small className={classes.quiet}>{words.record.numbers(row.numbers.join(", "))}</small>}
    </span>
  );
}

function Status({ row, words }: { row: RecordTrade; words: Words }) {
  return (
    <span className={classes.named}>
      {row.reason === null ? (
        <strong>{words.record.counts}</strong>
      ) : (
        <span className={classes.quiet}>{words.record.reasons[row.reason]}</span>
      )}
      {row.changed && <RemarkChip>{words.record.changed}</RemarkChip>}
      {row.amended && <RemarkChip>{words.record.amended}</RemarkChip>}
      {row.late && <RemarkChip>{words.record.late}</RemarkChip>}
    </span>
  );
}

function TradeCard({ row }: { row: RecordTrade }) {
  const { words } = useSpoken();
  return (
    <div className={classes.card}>
      <Named row={row} words={words} />
      <R value={row.r} />
      <Status row={row} words={words} />
    </div>
  );
}
