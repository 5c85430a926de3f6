/**
 * Who is logged in, and the live socket of that login.
 *
 * A login link carries its code after `#`, so it reaches no log; it is taken out of the address
 * before anything else happens. Without a login every route shows the login screen and keeps its
 * address, so that one is back where one was.
 */

import { useQueryClient, useSuspenseQuery, type QueryClient } from "@tanstack/react-query";
import {
  createContext,
  use,
  useCallback,
  useEffect,
  useEffectEvent,
  useMemo,
  useRef,
  useState,
  type ReactNode,
} from "react";
import { api, data, whenLoggedOut } from "./client";
import { applyLive } from "./effects";
import { Live, openSocket, type Connection } from "./live";
import { isProblem } from "./problem";
import { keys, queries } from "./queries";
import type { LiveMessage, Me, Settings } from "./types";

export type Access = "starting" | "in" | "out" | "unreachable";

interface Session {
  readonly access: Access;
  readonly connection: Connection;
  /** Why the link that led here did not log in. */
  readonly refusal: unknown;
  readonly logIn: (code: string) => Promise<void>;
  readonly logOut: () => Promise<void>;
  readonly retry: () => void;
  readonly listen: (hear: (message: LiveMessage) => void) => () => void;
}

const SessionContext = createContext<Session | null>(null);

/** The code of a login link, or what was pasted if it is no link. */
export function codeOf(text: string): string {
  return /#login=([^&\s]+)/.exec(text)?.[1] ?? text.trim();
}

/** Takes the code out of the address bar, once. */
export function takeCode(): string | null {
  const { hash, pathname, search } = window.location;
  if (!hash.startsWith("#login=")) {
    return null;
  }
  window.history.replaceState(null, "", pathname + search);
  return codeOf(hash);
}

const linkCode = takeCode();

async function exchange(code: string): Promise<void> {
  await data(api.POST("/api/v1/session", { body: { code } }));
}

/** What was read before the socket listened may have changed in between. */
function readAgain(cache: QueryClient): void {
  const unheard: readonly unknown[] = [keys.me[0], keys.settings[0]];
  void cache.invalidateQueries({
    predicate: ({ queryKey, state }) => state.dataUpdatedAt > 0 && !unheard.includes(queryKey[0]),
  });
}

export function SessionProvider({ children }: { children: ReactNode }) {
  const cache = useQueryClient();
  const [access, setAccess] = useState<Access>("starting");
  const [did, setDid] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<unknown>(null);
  const [connection, setConnection] = useState<Connection>("connecting");
  const inside = useRef(false);
  const hearers = useRef(new Set<(message: LiveMessage) => void>());

  const enter = useCallback(async () => {
    try {
      const [found] = await Promise.all([cache.query(queries.me()), cache.query(queries.settings())]);
      inside.current = true;
      setDid(found.did);
      setAccess("in");
    } catch (error) {
      setAccess(isProblem(error, "login-required") ? "out" : "unreachable");
    }
  }, [cache]);

  const logIn = useCallback(
    async (code: string) => {
      await exchange(code);
      await enter();
    },
    [enter],
  );

  const leave = useCallback(() => {
    if (inside.current) {
      inside.current = false;
      setAccess("out");
      setDid(null);
      cache.clear();
    }
  }, [cache]);

  const logOut = useCallback(async () => {
    await data(api.DELETE("/api/v1/session"));
    leave();
  }, [leave]);

  const retry = useCallback(() => {
    void enter();
  }, [enter]);

  useEffect(() => {
    whenLoggedOut(leave);
  }, [leave]);

  useEffect(() => {
    // An old link does no harm to who is logged in already.
    const byLink = linkCode === null ? Promise.resolve() : exchange(linkCode).catch(setRefusal);
    void byLink.then(enter);
  }, [enter]);

  useEffect(() => {
    if (did === null) {
      return undefined;
    }
    let first = true;
    const live = new Live({
      open: openSocket,
      isHidden: () => document.hidden,
      onState: (state) => {
        if (state === "ended") {
          leave();
        }
        setConnection(state);
      },
      onMessage: (message) => {
        if (first) {
          first = false;
          readAgain(cache);
        }
        applyLive(cache, message, did);
        hearers.current.forEach((hear) => {
          hear(message);
        });
      },
    });
    const wake = () => {
      if (!document.hidden) {
        live.wake();
      }
    };
    const lost = () => {
      live.lost();
    };
    window.addEventListener("online", wake);
    window.addEventListener("offline", lost);
    window.addEventListener("focus", wake);
    document.addEventListener("visibilitychange", wake);
    live.start();
    return () => {
      live.stop();
      window.removeEventListener("online", wake);
      window.removeEventListener("offline", lost);
      window.removeEventListener("focus", wake);
      document.removeEventListener("visibilitychange", wake);
    };
  }, [cache, leave, did]);

  const listen = useCallback((hear: (message: LiveMessage) => void) => {
    const all = hearers.current;
    all.add(hear);
    return () => {
      all.delete(hear);
    };
  }, []);

  const session = useMemo(
    () => ({ access, connection, refusal, logIn, logOut, retry, listen }),
    [access, connection, refusal, logIn, logOut, retry, listen],
  );
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): Session {
  const session = use(SessionContext);
  if (session === null) {
    throw new Error("outside SessionProvider");
  }
  return session;
}

/** Who I am. Only below the login. */
export function useMe(): Me {
  return useSuspenseQuery(queries.me()).data;
}

/** How I like it. Only below the login. */
export function useSettings(): Settings {
  return useSuspenseQuery(queries.settings()).data;
}

/** Hears each live message while the component is there: to say who moved what, for example. */
export function useLive(hear: (message: LiveMessage) => void): void {
  const { listen } = useSession();
  const latest = useEffectEvent(hear);
  useEffect(
    () =>
      listen((message) => {
        latest(message);
      }),
    [listen],
  );
}
