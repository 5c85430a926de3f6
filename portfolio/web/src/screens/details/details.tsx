/** For the curious: identity, records, heads and receipts. The only screen with words of the wire. */

import { Anchor } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { queries } from "../../api/queries";
import { useSession } from "../../api/session";
import type { Details as Found } from "../../api/types";
import { useSpoken, useWords } from "../../i18n";
import { dateAndTime } from "../../lib/time";
import { Card, Loaded, PageHeader, Section } from "../../ui/page";
import { Person } from "../../ui/person";
import { SkeletonCards } from "../../ui/skeletons";
import classes from "./details.module.css";
import { SharedPositions } from "./shared-positions";

const AGAIN_MS = 5_000;

export default function Details() {
  const words = useWords().details;
  const details = useQuery({ ...queries.details(), refetchInterval: AGAIN_MS });
  return (
    <>
      <PageHeader title={words.title} lead={words.lead} />
      <Loaded query={details} skeleton={<SkeletonCards height={220} />}>
        {(found) => (
          <div className={classes.page}>
            <Identity found={found} />
            <Planner found={found} />
            <SharedPositions found={found} />
            <Endpoints found={found} />
          </div>
        )}
      </Loaded>
    </>
  );
}

function Facts({ children }: { children: ReactNode }) {
  return <dl className={classes.facts}>{children}</dl>;
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Mono({ children }: { children: string }) {
  return <code className={classes.mono}>{children}</code>;
}

function Identity({ found }: { found: Found }) {
  const { words, locale } = useSpoken();
  const { details } = words;
  const { number, devices, retired } = found.identity;
  return (
    <Section title={details.identity}>
      <Card>
        <Facts>
          <Fact label={details.did}>
            <Mono>{found.did}</Mono>
          </Fact>
          <Fact label={details.fingerprint}>
            <Mono>{found.fingerprint}</Mono>
            <div className={classes.quiet}>{details.fingerprintHint}</div>
          </Fact>
          <Fact label={details.actor}>
            <Mono>{found.actor}</Mono>
          </Fact>
          <Fact label={details.record}>
            {details.recordOf(number, dateAndTime(new Date(number).toISOString(), locale))}
          </Fact>
          <Fact label={details.devices}>
            <ul className={classes.list}>
              {devices.map((device) => (
                <li key={device.key}>
                  <Mono>{device.key}</Mono>{" "}
                  {device.this && <span className={classes.quiet}>{details.thisDevice}</span>}
                </li>
              ))}
            </ul>
          </Fact>
          {retired.length > 0 && (
            <Fact label={details.retired}>
              <ul className={classes.list}>
                {retired.map((key) => (
                  <li key={key}>
                    <Mono>{key}</Mono>
                  </li>
                ))}
              </ul>
            </Fact>
          )}
        </Facts>
      </Card>
    </Section>
  );
}

function Planner({ found }: { found: Found }) {
  const { details, shell } = useWords();
  const { connection } = useSession();
  const state = (word: string) => details.states[word] ?? word;
  return (
    <Section title={details.planner}>
      <Card>
        <Facts>
          <Fact label={details.version}>
            {found.version} · <Anchor href="/licences.txt">{details.licences}</Anchor>
          </Fact>
          <Fact label={details.connection}>{shell.connection[connection === "ended" ? "connecting" : connection]}</Fact>
          <Fact label={details.directory}>{state(found.directory)}</Fact>
          <Fact label={details.nearby}>{state(found.nearby)}</Fact>
          <Fact label={details.listensApp}>
            <Mono>{found.listeners.app}</Mono>
          </Fact>
          <Fact label={details.listensFederation}>
            {found.listeners.federation === null ? details.noFederation : <Mono>{found.listeners.federation}</Mono>}
          </Fact>
          <Fact label={details.publicUrls}>
            <Mono>{found.public_urls.join("\n")}</Mono>
          </Fact>
        </Facts>
      </Card>
    </Section>
  );
}

function Endpoints({ found }: { found: Found }) {
  const { words, locale } = useSpoken();
  return (
    <Section title={words.details.endpoints}>
      <p className={classes.lead}>{words.details.endpointsText}</p>
      <Card>
        <Facts>
          {found.endpoints.map(({ did, device, urls, expires }) => (
            <div key={device}>
              <dt>
                <Person did={did} you />
              </dt>
              <dd>
                <Mono>{urls.join("\n")}</Mono>
                <div className={classes.quiet}>{words.details.until(dateAndTime(expires, locale))}</div>
              </dd>
            </div>
          ))}
        </Facts>
      </Card>
    </Section>
  );
}
