import type { ReactNode } from "react";
import type { Details } from "../../api/types";
import { useSpoken, useWords } from "../../i18n";
import { timeOfDay } from "../../lib/time";
import { Card, Section } from "../../ui/page";
import { usePeople } from "../../ui/people";
import { Person } from "../../ui/person";
import classes from "./details.module.css";

type Shared = Details["positions"][number];

/** What is here of each shared position, whose entries they are, and who signed for them. */
export function SharedPositions({ found }: { found: Details }) {
  const words = useWords().details;
  return (
    <Section title={words.positions}>
      <p className={classes.lead}>{words.positionsText}</p>
      <Card bare>
        {found.positions.map((position) => (
          <Position key={`${position.id} ${position.part}`} position={position} />
        ))}
        {found.positions.length === 0 && (
          <p className={classes.quiet} style={{ padding: "16px 20px", margin: 0 }}>
            {words.noPositions}
          </p>
        )}
      </Card>
      {found.positions_left_out > 0 && <p className={classes.quiet}>{words.leftOut(found.positions_left_out)}</p>}
    </Section>
  );
}

function Position({ position }: { position: Shared }) {
  const words = useWords().details;
  const owner = usePeople()(position.owner);
  const { known, missing, forks } = position;
  const status = missing === 0 ? words.complete(known) : words.missing(known, missing);
  const tone = forks.length > 0 ? classes.bad : missing === 0 ? classes.ok : classes.gap;
  return (
    <details className={classes.position}>
      <summary>
        <span className={classes.symbol}>{position.symbol}</span>
        <span className={classes.quiet}>
          {words.parts[position.part]} · {words.ofOwner(owner.name)}
        </span>
        <span className={`${classes.status} ${tone ?? ""}`}>{status}</span>
      </summary>
      <div className={classes.inner}>
        <Inside position={position} />
      </div>
    </details>
  );
}

function Inside({ position }: { position: Shared }) {
  const { words, locale } = useSpoken();
  const { details } = words;
  return (
    <dl className={classes.facts}>
      {position.unknown > 0 && <Row label={details.tooNew(position.unknown)} />}
      {position.waiting > 0 && <Row label={details.waiting(position.waiting)} />}
      {position.shared_with.length > 0 && (
        <Row label={details.sharedWith}>
          <List
            items={position.shared_with.map((did) => ({ key: did, shown: <Person did={did} you size={18} /> }))}
          />
        </Row>
      )}
      <Row label={details.heads}>
        <List
          items={position.heads.map(({ who, stream, seq, hash }) => ({
            key: stream,
            shown: (
              <>
                <Person did={who} you size={18} /> {details.head(seq)} <code className={classes.mono}>{hash}</code>
              </>
            ),
          }))}
        />
      </Row>
      <Row label={details.receipts}>
        {position.receipts.length === 0 ? (
          details.noReceipts
        ) : (
          <List
            items={position.receipts.map(({ did, device, n, at }) => ({
              key: device,
              shown: (
                <>
                  <Person did={did} you size={18} /> {details.receipt(n)} <time dateTime={at}>{timeOfDay(at, locale)}</time>
                </>
              ),
            }))}
          />
        )}
      </Row>
      {position.forks.length > 0 && (
        <Row label={details.forks}>
          <List
            items={position.forks.map(({ who, stream, seq }) => ({
              key: `${stream} ${seq}`,
              shown: (
                <>
                  <Person did={who} you size={18} /> {details.fork(seq)}
                </>
              ),
            }))}
          />
        </Row>
      )}
    </dl>
  );
}

function Row({ label, children }: { label: string; children?: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function List({ items }: { items: readonly { key: string; shown: ReactNode }[] }) {
  return (
    <ul className={classes.list}>
      {items.map(({ key, shown }) => (
        <li key={key} className={classes.line}>
          {shown}
        </li>
      ))}
    </ul>
  );
}
