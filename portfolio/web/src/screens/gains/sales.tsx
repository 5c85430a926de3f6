/** Sales with what they gained; a row opens to the lots it took. */

import { Modal } from "@mantine/core";
import { useMemo, useState, type ReactNode } from "react";
import type { Sale } from "../../api/types";
import { useSpoken, useWords, type Words } from "../../i18n";
import { compare } from "../../lib/decimal";
import { day } from "../../lib/time";
import { Amount, Gain } from "../../ui/amount";
import { DataTable, type Column } from "../../ui/data-table";
import { Explained } from "../../ui/explain";
import classes from "./gains.module.css";

/** What figures are asked with, beside the sale itself. */
export type Asked = Readonly<Record<string, string | undefined>>;

interface SalesProps {
  readonly rows: readonly Sale[];
  /** That of the answer: gains are also told in it where they are in another. */
  readonly currency: string;
  readonly label: string;
  readonly asked?: Asked;
  /** All of one instrument, which need not be named. */
  readonly single?: boolean;
}

const NOTHING: Asked = {};

export function Sales({ rows, currency, label, asked = NOTHING, single = false }: SalesProps) {
  const { words, locale } = useSpoken();
  const [opened, setOpened] = useState<Sale | null>(null);
  const columns = useMemo(() => {
    const foreign = rows.some((row) => row.currency !== currency);
    return columnsOf(words.gains, locale, asked, { single, currency: foreign ? currency : null });
  }, [words, locale, asked, single, rows, currency]);
  return (
    <>
      <DataTable
        label={label}
        rows={rows}
        columns={columns}
        rowId={(row) => row.transaction}
        sorted={{ id: "date", desc: true }}
        onOpen={setOpened}
        card={(row) => <SaleCard row={row} words={words.gains} locale={locale} single={single} />}
      />
      {opened !== null && (
        <Detail
          sale={opened}
          asked={asked}
          onClose={() => {
            setOpened(null);
          }}
        />
      )}
    </>
  );
}

function Opens({ row, figure, asked, children }: { row: Sale; figure: string; asked: Asked; children: ReactNode }) {
  return (
    <Explained figure={`gains.${figure}`} asked={{ ...asked, transaction: row.transaction }}>
      {children}
    </Explained>
  );
}

type Shown = { single: boolean; currency: string | null };

function columnsOf(words: Words["gains"], locale: string, asked: Asked, shown: Shown): readonly Column<Sale>[] {
  const money = (id: "proceeds" | "cost" | "charges", from?: "medium" | "wide"): Column<Sale> => ({
    id,
    header: words[id],
    align: "end",
    ...(from === undefined ? {} : { from }),
    order: (a, b) => compare(a[id], b[id]),
    cell: (row) => (
      <Opens row={row} figure={id} asked={asked}>
        <Amount value={row[id]} currency={row.currency} />
      </Opens>
    ),
  });
  const symbol: Column<Sale> = {
    id: "symbol",
    header: words.symbol,
    order: (a, b) => a.symbol.localeCompare(b.symbol),
    cell: (row) => <strong>{row.symbol}</strong>,
  };
  return [
    {
      id: "date",
      header: words.sold,
      order: (a, b) => (a.date + a.transaction < b.date + b.transaction ? -1 : 1),
      cell: (row) => <time dateTime={row.date}>{day(row.date, locale)}</time>,
    },
    ...(shown.single ? [] : [symbol]),
    {
      id: "quantity",
      header: words.quantity,
      align: "end",
      order: (a, b) => compare(a.quantity, b.quantity),
      cell: (row) => (
        <Opens row={row} figure="quantity" asked={asked}>
          <Amount value={row.quantity} form={{ max: 6 }} />
        </Opens>
      ),
    },
    money("proceeds", "medium"),
    money("cost", "medium"),
    ...(shown.single ? [] : [money("charges", "wide")]),
    { id: "lots", header: words.held, align: "end", cell: (row) => heldOf(row, words) },
    {
      id: "gain",
      header: words.gain,
      align: "end",
      order: (a, b) => compare(a.gain, b.gain),
      cell: (row) => (
        <Opens row={row} figure="gain" asked={asked}>
          <Gain value={row.gain} currency={row.currency} />
        </Opens>
      ),
    },
    ...(shown.currency === null ? [] : [converted(words, asked, shown.currency)]),
  ];
}

function converted(words: Words["gains"], asked: Asked, currency: string): Column<Sale> {
  return {
    id: "gain_converted",
    header: words.converted(currency),
    align: "end",
    from: "wide",
    order: (a, b) => compare(a.gain_converted ?? "0", b.gain_converted ?? "0"),
    cell: (row) =>
      row.gain_converted === null ? (
        <span title={row.reason ?? undefined}>
          <Gain value={null} />
        </span>
      ) : (
        <Opens row={row} figure="gain_converted" asked={asked}>
          <Gain value={row.gain_converted} currency={currency} />
        </Opens>
      ),
  };
}

/** How long its lots were held: "30 days", or "30–412 days" of several. */
function heldOf({ lots }: Sale, words: Words["gains"]): string {
  const days = lots.map((lot) => lot.days);
  const [least, most] = [Math.min(...days), Math.max(...days)];
  if (days.length === 0) {
    return "–";
  }
  return least === most ? words.days(most) : `${String(least)}–${words.days(most)}`;
}

function SaleCard({ row, words, locale, single }: { row: Sale; words: Words["gains"]; locale: string; single: boolean }) {
  return (
    <div className={classes.card}>
      <strong>{single ? day(row.date, locale) : row.symbol}</strong>
      <span className={classes.end}>
        <Gain value={row.gain} currency={row.currency} />
      </span>
      <span className={classes.quiet}>
        {!single && `${day(row.date, locale)} · `}
        <Amount value={row.quantity} form={{ max: 6 }} />
      </span>
      <span className={`${classes.quiet} ${classes.end}`}>{heldOf(row, words)}</span>
    </div>
  );
}

function Detail({ sale, asked, onClose }: { sale: Sale; asked: Asked; onClose: () => void }) {
  const { words, locale } = useSpoken();
  const text = words.gains;
  const figures = [
    ["proceeds", text.proceeds, sale.proceeds],
    ["cost", text.cost, sale.cost],
    ["charges", text.charges, sale.charges],
    ["lot_charges", text.lotCharges, sale.lot_charges],
  ] as const;
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={text.sale(sale.symbol, day(sale.date, locale))}
      closeButtonProps={{ "aria-label": words.common.close }}
    >
      <dl className={classes.figures}>
        {figures.map(([figure, label, value]) => (
          <div key={figure}>
            <dt>{label}</dt>
            <dd>
              <Opens row={sale} figure={figure} asked={asked}>
                <Amount value={value} currency={sale.currency} />
              </Opens>
            </dd>
          </div>
        ))}
        <div>
          <dt>{text.gain}</dt>
          <dd>
            <Opens row={sale} figure="gain" asked={asked}>
              <Gain value={sale.gain} currency={sale.currency} />
            </Opens>
          </dd>
        </div>
      </dl>
      <TakenLots sale={sale} asked={asked} />
    </Modal>
  );
}

function TakenLots({ sale, asked }: { sale: Sale; asked: Asked }) {
  const { locale } = useSpoken();
  const words = useWords().gains;
  const opens = (lot: number, figure: string, shown: ReactNode) => (
    <Explained figure={`gains.lot.${figure}`} asked={{ ...asked, transaction: sale.transaction, lot: String(lot) }}>
      {shown}
    </Explained>
  );
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls sideways on a phone
    <div className={classes.scroll} role="group" aria-label={words.taken} tabIndex={0}>
      <table className={classes.taken}>
        <caption>{words.taken}</caption>
        <thead>
          <tr>
            <th scope="col">{words.bought}</th>
            <th scope="col">{words.quantity}</th>
            <th scope="col">{words.cost}</th>
            <th scope="col">{words.charges}</th>
            <th scope="col">{words.held}</th>
          </tr>
        </thead>
        <tbody>
          {sale.lots.map((lot, at) => (
            <tr key={`${lot.transaction} ${lot.date}`}>
              <th scope="row">{day(lot.date, locale)}</th>
              <td>{opens(at, "quantity", <Amount value={lot.quantity} form={{ max: 6 }} />)}</td>
              <td>{opens(at, "cost", <Amount value={lot.cost} currency={sale.currency} />)}</td>
              <td>{opens(at, "charges", <Amount value={lot.charges} currency={sale.currency} />)}</td>
              <td>{words.days(lot.days)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
