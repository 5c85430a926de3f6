/** The frame around every screen: navigation, top bar, banner, keys, and what is said aloud. */

import { useComputedColorScheme } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { Suspense, lazy, useCallback, useEffect, useRef, useState } from "react";
import { Outlet, useLocation, useNavigate } from "react-router";
import { useSettings } from "../api/session";
import { useWords } from "../i18n";
import { useHiddenAmounts } from "../lib/amounts";
import { listenToKeys, useShortcut } from "../lib/keyboard";
import { useTheme } from "../preferences";
import { SkeletonCards } from "../ui/skeletons";
import { ACTIONS, type Action } from "./actions";
import { Announcer } from "./announcer";
import { Boundary } from "./boundary";
import { BottomBar } from "./bottom-bar";
import { PLACES, type Place } from "./navigation";
import { SampleBanner } from "./sample-banner";
import { SeenKeeper } from "./seen-keeper";
import classes from "./shell.module.css";
import { ShortcutSheet } from "./shortcuts";
import { Sidebar } from "./sidebar";
import { Topbar } from "./topbar";

const Palette = lazy(() => import("./palette"));

export function Shell() {
  const words = useWords();
  const [asked, setAsked] = useState(0);
  const [sheet, setSheet] = useState(false);
  const { hidden, toggle } = useHiddenAmounts();
  const search = useCallback(() => {
    setAsked((count) => count + 1);
  }, []);
  useEffect(listenToKeys, []);
  useHotkeys([["mod+K", search]], []);
  const { groups } = words.shell;
  useShortcut("/", words.common.search, groups.go, search);
  useShortcut("?", words.shell.shortcuts, groups.view, () => {
    setSheet(true);
  });
  useShortcut("h", hidden ? words.shell.showAmounts : words.shell.hideAmounts, groups.view, toggle);
  useThemeShortcut();
  return (
    <div className={classes.shell}>
      <a href="#content" className={classes.skip}>
        {words.shell.skip}
      </a>
      {PLACES.map((place) => (
        <GoKey key={place.path} place={place} />
      ))}
      {ACTIONS.map((action) => (
        <ActionKey key={action.path} action={action} />
      ))}
      <Sidebar />
      <div className={classes.main}>
        <SampleBanner />
        <Topbar onSearch={search} />
        <Content />
      </div>
      <BottomBar />
      <Announcer />
      <SeenKeeper />
      <ShortcutSheet
        opened={sheet}
        onClose={() => {
          setSheet(false);
        }}
      />
      {asked > 0 && (
        <Suspense>
          <Palette asked={asked} />
        </Suspense>
      )}
    </div>
  );
}

/** The screen; a fault in it leaves the frame standing. The focus goes along to each new one. */
function Content() {
  const { pathname } = useLocation();
  const content = useRef<HTMLElement>(null);
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current !== pathname) {
      shown.current = pathname;
      window.scrollTo(0, 0);
      content.current?.focus({ preventScroll: true });
    }
  }, [pathname]);
  return (
    <main id="content" ref={content} tabIndex={-1} className={classes.content}>
      <Boundary key={pathname}>
        <Suspense fallback={<SkeletonCards />}>
          <Outlet />
        </Suspense>
      </Boundary>
    </main>
  );
}

function GoKey({ place }: { place: Place }) {
  const words = useWords();
  const navigate = useNavigate();
  useShortcut(place.keys, place.label(words), words.shell.groups.go, () => void navigate(place.path));
  return null;
}

function ActionKey({ action }: { action: Action }) {
  const words = useWords();
  const navigate = useNavigate();
  useShortcut(action.keys, action.label(words), words.shell.groups.act, () => void navigate(action.path));
  return null;
}

function useThemeShortcut(): void {
  const words = useWords();
  const scheme = useComputedColorScheme("light");
  const { theme } = useSettings();
  const choose = useTheme();
  useShortcut("t", words.shell.toggleTheme, words.shell.groups.view, () => {
    const other = scheme === "dark" ? "light" : "dark";
    choose(theme, other);
  });
}
