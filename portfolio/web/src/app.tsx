/** Providers, the way in, and the routes. */

import { Button, Center, MantineProvider } from "@mantine/core";
import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { IconMap2 } from "@tabler/icons-react";
import { Suspense, lazy, useEffect, useState } from "react";
import { BrowserRouter, Link, Navigate, Outlet, Route, Routes, useLocation } from "react-router";
import { newQueryClient } from "./api/query-client";
import { UnreachableError } from "./api/problem";
import { SessionProvider, useSession, useSettings } from "./api/session";
import { WordsProvider, useWords, type Language, type Words } from "./i18n";
import { Preferences, schemeManager } from "./preferences";
import { Login } from "./screens/login/login";
import { SCREENS } from "./screens/routes";
import { Shell } from "./shell/shell";
import { theme } from "./theme";
import { ExplainProvider } from "./ui/explain";
import { EmptyState, ErrorState, useTitle } from "./ui/page";

const PAGES = SCREENS.map(({ load, ...screen }) => ({ ...screen, Page: lazy(load) }));
const RETRY_MS = 1_500;

// The screen that was asked for comes while the planner is still asked who is logged in.
const wanted = window.location.pathname.split("/").slice(1);
void SCREENS.find(({ path }) => {
  const parts = path.split("/");
  return parts.length === wanted.length && parts[0] === wanted[0];
})?.load();

export function App({ language, words }: { language: Language; words: Words }) {
  const [cache] = useState(newQueryClient);
  return (
    <QueryClientProvider client={cache}>
      <MantineProvider theme={theme} defaultColorScheme="auto" colorSchemeManager={schemeManager}>
        <WordsProvider language={language} words={words}>
          <BrowserRouter>
            <SessionProvider>
              <ModalsProvider>
                <Notifications position="bottom-right" limit={4} />
                <Way />
              </ModalsProvider>
            </SessionProvider>
          </BrowserRouter>
        </WordsProvider>
      </MantineProvider>
    </QueryClientProvider>
  );
}

/** In, or to the door. */
function Way() {
  const { access, retry } = useSession();
  useEffect(() => {
    if (access !== "unreachable") {
      return undefined;
    }
    const timer = window.setInterval(retry, RETRY_MS);
    return () => {
      window.clearInterval(timer);
    };
  }, [access, retry]);
  switch (access) {
    case "starting":
      return null;
    case "out":
      return <Login />;
    case "unreachable":
      return (
        <Center mih="100dvh">
          <ErrorState error={new UnreachableError()} onRetry={retry} />
        </Center>
      );
    case "in":
      return (
        <ExplainProvider>
          <Preferences />
          <Screens />
        </ExplainProvider>
      );
  }
}

function Screens() {
  return (
    <Routes>
      {PAGES.filter(({ bare }) => bare === true).map(({ path, Page }) => (
        <Route
          key={path}
          path={path}
          element={
            <Suspense>
              <Page />
            </Suspense>
          }
        />
      ))}
      <Route element={<Welcomed />}>
        <Route element={<Shell />}>
          {PAGES.filter(({ bare }) => bare !== true).map(({ path, Page }) => (
            <Route key={path} path={path} element={<Page />} />
          ))}
          <Route path="*" element={<NotFound />} />
        </Route>
      </Route>
    </Routes>
  );
}

/** Who is here for the first time is shown around, unless they came by a link to something. */
function Welcomed() {
  const { welcomed } = useSettings();
  const { pathname } = useLocation();
  return !welcomed && pathname === "/" ? <Navigate to="/welcome" replace /> : <Outlet />;
}

function NotFound() {
  const { title, text, action } = useWords().shell.notFound;
  useTitle(title);
  return (
    <EmptyState icon={IconMap2} title={title} text={text}>
      <Button component={Link} to="/">
        {action}
      </Button>
    </EmptyState>
  );
}
