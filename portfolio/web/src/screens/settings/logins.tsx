import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useChange } from "../../api/change";
import { api, data } from "../../api/client";
import { keys, queries } from "../../api/queries";
import type { Login } from "../../api/types";
import { useSpoken, useWords } from "../../i18n";
import { dateAndTime } from "../../lib/time";
import { Ago } from "../../ui/ago";
import { useConfirm } from "../../ui/confirm";
import { Loaded } from "../../ui/page";
import { SkeletonText } from "../../ui/skeletons";
import classes from "./settings.module.css";

const UNNAMED: readonly string[] = ["", "browser", "api"]; // what the planner calls a login that got no name

/** The machines that speak for me; read only, for now there is one. */
export function Devices() {
  const words = useWords();
  const details = useQuery(queries.details());
  return (
    <Loaded query={details} skeleton={<SkeletonText lines={1} />}>
      {({ identity }) => (
        <ul className={classes.logins}>
          {identity.devices.map(({ key, this: isThis }) => (
            <li key={key} className={classes.login}>
              <div>
                <strong>{words.settings.device}</strong> {isThis && <>· {words.settings.thisOne}</>}
                <div className={classes.key}>{key}</div>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Loaded>
  );
}

/** Browsers and programs that may open this planner. */
export function Logins() {
  const logins = useQuery(queries.logins());
  return (
    <Loaded query={logins} skeleton={<SkeletonText lines={4} />}>
      {({ items }) => (
        <ul className={classes.logins}>
          {items.map((login) => (
            <Row key={login.id} login={login} />
          ))}
        </ul>
      )}
    </Loaded>
  );
}

function Row({ login }: { login: Login }) {
  const { words, locale } = useSpoken();
  const { settings } = words;
  const confirm = useConfirm();
  const revoke = useChange<Login, unknown>({
    send: ({ id }) => data(api.DELETE("/api/v1/tokens/{login_id}", { params: { path: { login_id: id } } })),
    stale: () => [keys.logins],
    said: () => ({ message: settings.revoked }),
  });
  const kind = login.kind === "session" ? settings.browser : settings.program;
  const ask = async () => {
    const text = settings.revokeText(login.label);
    if (await confirm({ title: settings.revokeTitle, text, action: settings.revoke })) {
      revoke.mutate(login);
    }
  };
  return (
    <li className={classes.login}>
      <div>
        <strong>{kind}</strong>
        {!UNNAMED.includes(login.label) && <> · {login.label}</>}
        <div className={classes.small}>
          {settings.created} <Ago at={login.created} /> ·{" "}
          {login.expires === null ? settings.forEver : settings.expires(dateAndTime(login.expires, locale))}
        </div>
      </div>
      <Button variant="default" size="compact-sm" loading={revoke.isPending} onClick={() => void ask()}>
        {settings.revoke}
      </Button>
    </li>
  );
}
