/**
 * Dense, sortable tables that become cards on a phone and stay quick with thousands of rows.
 *
 * A row opens by click, its first cell holds the link that keyboard and screen reader use; arrow
 * keys go from row to row.
 */

import { useMediaQuery } from "@mantine/hooks";
import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
  type SortingState,
} from "@tanstack/react-table";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { Link, useNavigate } from "react-router";
import { useWords } from "../i18n";
import classes from "./data-table.module.css";
import { Card } from "./page";

export interface Column<T> {
  readonly id: string;
  readonly header: string;
  readonly cell: (row: T) => ReactNode;
  /** Makes the column sortable: the order of two rows, ascending. */
  readonly order?: (a: T, b: T) => number;
  readonly align?: "end";
  /** Left out below this width: `medium` 62em, `wide` 75em. */
  readonly from?: "medium" | "wide";
}

export interface DataTableProps<T> {
  readonly label: string;
  readonly rows: readonly T[];
  readonly columns: readonly Column<T>[];
  readonly rowId: (row: T) => string;
  /** Where a row leads; its link is around the first cell. */
  readonly to?: (row: T) => string;
  /** What a row does instead. */
  readonly onOpen?: (row: T) => void;
  /** The row as a card, below 48em. */
  readonly card: (row: T) => ReactNode;
  readonly sorted?: { readonly id: string; readonly desc: boolean };
}

export const PHONE = "(max-width: 47.99em)";
const VIRTUAL_FROM = 120;
const ROW_HEIGHT = 46;
const CARD_HEIGHT = 96;
const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });

export function DataTable<T>(props: DataTableProps<T>) {
  const { columns, rows: data, rowId, sorted } = props;
  const phone = useMediaQuery(PHONE, undefined, { getInitialValueInEffect: false });
  const [sorting, setSorting] = useState<SortingState>(sorted === undefined ? [] : [{ ...sorted }]);
  const definitions = useMemo(() => {
    const helper = createColumnHelper<typeof features, { value: T }>();
    return helper.columns(
      columns.map(({ id, header, order }) =>
        helper.accessor((row) => row.value, {
          id,
          header,
          enableSorting: order !== undefined,
          ...(order === undefined ? {} : { sortFn: (a, b) => order(a.original.value, b.original.value) }),
        }),
      ),
    );
  }, [columns]);
  const wrapped = useMemo(() => data.map((value) => ({ value })), [data]);
  const table = useTable({
    features,
    columns: definitions,
    data: wrapped,
    getRowId: (row) => rowId(row.value),
    state: { sorting },
    onSortingChange: setSorting,
    enableSortingRemoval: false,
  });
  const rows = table.getRowModel().rows.map((row) => row.original.value);
  return phone ? <Cards {...props} rows={rows} /> : <Rows {...props} rows={rows} sorting={sorting} onSort={setSorting} />;
}

interface RowsProps<T> extends DataTableProps<T> {
  readonly sorting: SortingState;
  readonly onSort: (sorting: SortingState) => void;
}

function Rows<T>({ label, rows, columns, rowId, to, onOpen, sorting, onSort }: RowsProps<T>) {
  const navigate = useNavigate();
  const body = useRef<HTMLTableSectionElement>(null);
  const { shown, before, after } = useWindow(rows, rowId, ROW_HEIGHT, body);
  const open = to === undefined ? onOpen : (row: T) => void navigate(to(row));
  return (
    <Card bare>
      <div className={classes.wrap}>
        <table className={classes.table} aria-label={label}>
          <thead>
            <tr>
              {columns.map((column) => (
                <Head key={column.id} column={column} sorting={sorting} onSort={onSort} />
              ))}
            </tr>
          </thead>
          {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- arrow keys between the links inside */}
          <tbody ref={body} onKeyDown={moveBetweenRows}>
            <Spacer height={before} columns={columns.length} />
            {shown.map((row) => (
              // The link in the first cell is the keyboard's way; the click on the row is a convenience.
              <tr
                key={rowId(row)}
                className={`${classes.row} ${open === undefined ? "" : classes.opens}`}
                onClick={(event) => {
                  if (open !== undefined && !(event.target as HTMLElement).closest("a, button, input")) {
                    open(row);
                  }
                }}
              >
                {columns.map((column, index) => (
                  <td key={column.id} className={cellClass(column)}>
                    {index === 0 ? <Opener row={row} to={to} onOpen={onOpen} cell={column.cell} /> : column.cell(row)}
                  </td>
                ))}
              </tr>
            ))}
            <Spacer height={after} columns={columns.length} />
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function Head<T>(props: { column: Column<T>; sorting: SortingState; onSort: (sorting: SortingState) => void }) {
  const words = useWords();
  const { column, sorting, onSort } = props;
  const [first] = sorting;
  const direction = first?.id !== column.id ? undefined : first.desc ? "desc" : "asc";
  if (column.order === undefined) {
    return (
      <th scope="col" className={cellClass(column)}>
        {column.header}
      </th>
    );
  }
  const aria = { asc: "ascending", desc: "descending" } as const;
  return (
    <th scope="col" className={cellClass(column)} aria-sort={direction === undefined ? "none" : aria[direction]}>
      <button
        type="button"
        className={classes.sorter}
        title={words.common.sortBy(column.header)}
        onClick={() => {
          // Figures are looked at from the largest, names from A.
          onSort([{ id: column.id, desc: direction === undefined ? column.align === "end" : direction === "asc" }]);
        }}
      >
        {column.header}
        <svg className={classes.arrow} data-sorted={direction} viewBox="0 0 8 8" aria-hidden>
          <path d="M4 1 7.5 7h-7z" fill="currentColor" />
        </svg>
      </button>
    </th>
  );
}

function Opener<T>(props: {
  row: T;
  to: ((row: T) => string) | undefined;
  onOpen: ((row: T) => void) | undefined;
  cell: (row: T) => ReactNode;
}) {
  const { row, to, onOpen, cell } = props;
  if (to !== undefined) {
    return (
      <Link to={to(row)} className={classes.link} data-row>
        {cell(row)}
      </Link>
    );
  }
  if (onOpen !== undefined) {
    return (
      <button
        type="button"
        className={classes.sorter}
        data-row
        onClick={() => {
          onOpen(row);
        }}
      >
        {cell(row)}
      </button>
    );
  }
  return cell(row);
}

function Cards<T>({ label, rows, rowId, to, onOpen, card }: DataTableProps<T>) {
  const list = useRef<HTMLUListElement>(null);
  const { shown, before, after } = useWindow(rows, rowId, CARD_HEIGHT, list);
  return (
    <ul ref={list} className={classes.cards} aria-label={label} style={{ paddingTop: before, paddingBottom: after }}>
      {shown.map((row) => (
        <li key={rowId(row)}>
          {to !== undefined ? (
            <Link to={to(row)} className={classes.card}>
              {card(row)}
            </Link>
          ) : onOpen !== undefined ? (
            <button
              type="button"
              className={classes.card}
              style={{ width: "100%", font: "inherit", textAlign: "start" }}
              onClick={() => {
                onOpen(row);
              }}
            >
              {card(row)}
            </button>
          ) : (
            <div className={classes.card}>{card(row)}</div>
          )}
        </li>
      ))}
    </ul>
  );
}

function Spacer({ height, columns }: { height: number; columns: number }) {
  return height === 0 ? null : (
    <tr aria-hidden>
      <td colSpan={columns} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}

/** The rows in and around the window; all of them while they are few. */
function useWindow<T>(
  rows: readonly T[],
  rowId: (row: T) => string,
  height: number,
  container: React.RefObject<HTMLElement | null>,
): { shown: readonly T[]; before: number; after: number } {
  "use no memo"; // the virtualizer tells of scrolling by rendering again, which memoised code would miss
  const few = rows.length < VIRTUAL_FROM;
  const virtual = useWindowVirtualizer({
    count: few ? 0 : rows.length,
    estimateSize: () => height,
    getItemKey: (index) => {
      const row = rows[index];
      return row === undefined ? index : rowId(row);
    },
    overscan: 12,
    scrollMargin: container.current?.offsetTop ?? 0,
  });
  if (few) {
    return { shown: rows, before: 0, after: 0 };
  }
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0], items.at(-1)];
  const margin = virtual.options.scrollMargin;
  return {
    shown: items.map((item) => rows[item.index]).filter((row): row is T => row !== undefined),
    before: first === undefined ? 0 : first.start - margin,
    after: last === undefined ? rows.length * height : virtual.getTotalSize() - (last.end - margin),
  };
}

function cellClass<T>({ align, from }: Column<T>): string {
  return [align === undefined ? "" : classes.end, from === undefined ? "" : classes[from]].filter(Boolean).join(" ");
}

function moveBetweenRows(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) {
    return;
  }
  const links = Array.from(event.currentTarget.querySelectorAll<HTMLElement>("[data-row]"));
  const here = links.findIndex((link) => link.closest("tr")?.contains(document.activeElement) === true);
  const next = links[here + step];
  if (next !== undefined) {
    event.preventDefault();
    next.focus();
  }
}
