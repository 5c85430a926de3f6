/**
 * All words of the page, English and German. English is the type: a German catalogue that lacks an
 * entry, or has one too many, does not compile. Each language is a file of its own for the browser.
 */

import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from "react";
import { readStored, writeStored } from "../lib/stored";
import type { words } from "./en";

export type Words = typeof words;
export type Language = keyof typeof LOADERS;

const LOADERS = {
  en: async (): Promise<Words> => (await import("./en")).words,
  de: async (): Promise<Words> => (await import("./de")).words,
};
export const LANGUAGES: readonly { value: Language; label: string }[] = [
  { value: "en", label: "English" },
  { value: "de", label: "Deutsch" },
];
const KEY = "language";

function isLanguage(text: string | null | undefined): text is Language {
  return text != null && Object.hasOwn(LOADERS, text);
}

/** The language to begin with: the one chosen here before, else the first of the browser's we have. */
export function firstLanguage(): Language {
  const stored = readStored(KEY);
  if (isLanguage(stored)) {
    return stored;
  }
  return navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => isLanguage(tag)) ?? "en";
}

/** The locale for numbers and dates: as the browser has it where it is of that language (en-GB). */
export function localeOf(language: Language): string {
  return navigator.languages.find((tag) => tag.startsWith(language)) ?? language;
}

export async function loadWords(language: Language): Promise<Words> {
  return LOADERS[language]();
}

interface Spoken {
  readonly language: Language;
  readonly locale: string;
  readonly words: Words;
  readonly speak: (language: string) => void;
}

const SpokenContext = createContext<Spoken | null>(null);

export function WordsProvider(props: { language: Language; words: Words; children: ReactNode }) {
  const [spoken, setSpoken] = useState({ language: props.language, words: props.words });
  const speak = useCallback((language: string) => {
    if (!isLanguage(language)) {
      return;
    }
    writeStored(KEY, language);
    void loadWords(language).then((words) => {
      setSpoken({ language, words });
    });
  }, []);
  useEffect(() => {
    document.documentElement.lang = spoken.language;
  }, [spoken.language]);
  const value = useMemo(() => ({ ...spoken, locale: localeOf(spoken.language), speak }), [spoken, speak]);
  return <SpokenContext value={value}>{props.children}</SpokenContext>;
}

export function useSpoken(): Spoken {
  const spoken = use(SpokenContext);
  if (spoken === null) {
    throw new Error("outside WordsProvider");
  }
  return spoken;
}

/** The catalogue: `useWords().ideas.title`. */
export function useWords(): Words {
  return useSpoken().words;
}
