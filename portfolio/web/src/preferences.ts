/**
 * Theme and language: kept by the planner for all devices, and in this browser for the moment
 * before the planner has answered.
 */

import { useMantineColorScheme, type MantineColorSchemeManager } from "@mantine/core";
import { useCallback, useEffect } from "react";
import { api, data } from "./api/client";
import { useChange } from "./api/change";
import { keys } from "./api/queries";
import { useSettings } from "./api/session";
import type { Settings, SettingsPatch } from "./api/types";
import { useSpoken } from "./i18n";
import { readStored, writeStored } from "./lib/stored";

const SCHEME = "scheme"; // public/scheme.js reads it before the first paint

type Scheme = "auto" | "light" | "dark";

const schemeOf = (theme: Settings["theme"]): Scheme => (theme === "system" ? "auto" : theme);

export const schemeManager: MantineColorSchemeManager = {
  get: () => {
    const stored = readStored(SCHEME);
    return stored === "light" || stored === "dark" ? stored : "auto";
  },
  set: (scheme) => {
    writeStored(SCHEME, scheme === "auto" ? null : scheme);
  },
  subscribe: () => undefined,
  unsubscribe: () => undefined,
  clear: () => {
    writeStored(SCHEME, null);
  },
};

/** Changes settings: shown at once, taken back when refused. */
export function useChangeSettings() {
  return useChange<SettingsPatch, Settings>({
    send: (body) => data(api.PATCH("/api/v1/settings", { body })),
    touches: () => [keys.settings],
    show: (cache, changes) =>
      cache.setQueryData<Settings>(keys.settings, (before) => before && { ...before, ...(changes as Settings) }),
    keep: (cache, answer) => cache.setQueryData(keys.settings, answer),
  });
}

/** Chooses a theme: `choose(before, after)`. */
export function useTheme(): (before: Settings["theme"], after: Settings["theme"]) => void {
  const { mutate } = useChangeSettings();
  return useCallback(
    (before, after) => {
      if (before !== after) {
        mutate({ theme: after });
      }
    },
    [mutate],
  );
}

/** Makes the page look and speak as the settings say, also when another device changed them. */
export function Preferences() {
  const { theme, language, welcomed } = useSettings();
  const { setColorScheme } = useMantineColorScheme();
  const { speak } = useSpoken();
  useEffect(() => {
    setColorScheme(schemeOf(theme));
  }, [theme, setColorScheme]);
  useEffect(() => {
    // Until somebody has chosen, the page speaks the language of the browser.
    if (welcomed) {
      speak(language.slice(0, 2));
    }
  }, [language, welcomed, speak]);
  return null;
}
