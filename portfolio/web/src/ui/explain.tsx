/** Every figure opens to how it came about: `<Explained figure="portfolio.gain">…</Explained>`. */

import { Modal, Skeleton } from "@mantine/core";
import { Suspense, createContext, lazy, use, useMemo, useState, type ReactNode } from "react";
import { useWords } from "../i18n";
import classes from "./explain.module.css";

const Explanation = lazy(() => import("./explanation"));
const ExplainContext = createContext<(query: string) => void>(() => undefined);

/** Holds the one dialog; what was opened from within it can be gone back from. */
export function ExplainProvider({ children }: { children: ReactNode }) {
  const words = useWords();
  const [opened, setOpened] = useState<readonly string[]>([]);
  const open = useMemo(
    () => (query: string) => {
      setOpened((before) => [...before, query]);
    },
    [],
  );
  const query = opened.at(-1);
  return (
    <ExplainContext value={open}>
      {children}
      <Modal
        opened={query !== undefined}
        onClose={() => {
          setOpened([]);
        }}
        title={words.explain.title}
        size="xl"
        closeButtonProps={{ "aria-label": words.common.close }}
      >
        {query !== undefined && (
          <Suspense fallback={<Skeleton height={320} />}>
            <Explanation
              key={query}
              query={query}
              onOpen={open}
              onBack={
                opened.length > 1
                  ? () => {
                      setOpened((before) => before.slice(0, -1));
                    }
                  : null
              }
            />
          </Suspense>
        )}
      </Modal>
    </ExplainContext>
  );
}

export interface ExplainedProps {
  /** The name of the figure, as in docs/explain.md. */
  readonly figure: string;
  /** What the figure is asked with; what is undefined is left out. */
  readonly asked?: Readonly<Record<string, string | undefined>>;
  readonly children: ReactNode;
}

/** A figure that can be opened; it looks as it did, with dots beneath. */
export function Explained({ figure, asked = {}, children }: ExplainedProps) {
  const words = useWords().explain;
  const open = use(ExplainContext);
  return (
    <button
      type="button"
      className={classes.figure}
      title={words.how}
      onClick={() => {
        const given = Object.entries(asked).filter((pair): pair is [string, string] => pair[1] !== undefined);
        open(new URLSearchParams([["figure", figure], ...given]).toString());
      }}
    >
      {children}
    </button>
  );
}
