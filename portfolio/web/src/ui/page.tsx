/** The parts every screen is made of: header, sections, and what stands where there is nothing. */

import { Button } from "@mantine/core";
import { IconAlertTriangle, IconPlugConnectedX } from "@tabler/icons-react";
import { useEffect, type ComponentType, type ReactNode } from "react";
import { UnreachableError, explain } from "../api/problem";
import { useWords } from "../i18n";
import classes from "./page.module.css";

/** Names the browser's tab while the component is there. */
export function useTitle(title: string): void {
  const { name } = useWords().shell;
  useEffect(() => {
    document.title = `${title} · ${name}`;
  }, [title, name]);
}

/** The one `h1` of a screen, with what can be done on it. `title` may be richer than its text. */
export function PageHeader(props: {
  title: string;
  shown?: ReactNode;
  lead?: ReactNode;
  /** Said but not shown: the screen's first figure speaks for itself. */
  silent?: boolean;
  children?: ReactNode;
}) {
  useTitle(props.title);
  if (props.silent === true) {
    return <h1 className="sr-only">{props.title}</h1>;
  }
  return (
    <header className={classes.header}>
      <div className={classes.titles}>
        <h1 className={classes.title} id="page-title" tabIndex={-1}>
          {props.shown ?? props.title}
        </h1>
        {props.lead !== undefined && <p className={classes.lead}>{props.lead}</p>}
      </div>
      {props.children !== undefined && <div className={classes.actions}>{props.children}</div>}
    </header>
  );
}

/** A bordered surface; `bare` leaves the padding to what is in it. */
export function Card({ bare = false, children }: { bare?: boolean; children: ReactNode }) {
  return <div className={bare ? classes.card : `${classes.card} ${classes.padded}`}>{children}</div>;
}

export function Section(props: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section aria-label={props.title}>
      <div className={classes.sectionHead}>
        <h2 className={classes.sectionTitle}>{props.title}</h2>
        {props.aside}
      </div>
      {props.children}
    </section>
  );
}

interface StateProps {
  readonly icon: ComponentType<{ size?: number; stroke?: number }>;
  readonly title: string;
  readonly text: string;
  /** A small real-looking example of what will be here; for the eye only. */
  readonly example?: ReactNode;
  readonly children?: ReactNode;
}

/** What will be here, and the one button that begins it. */
export function EmptyState({ icon: Icon, title, text, example, children }: StateProps) {
  return (
    <div className={classes.state}>
      {example === undefined ? (
        <span className={classes.stateIcon} aria-hidden>
          <Icon size={24} stroke={1.6} />
        </span>
      ) : (
        <div className={classes.example} aria-hidden inert>
          {example}
        </div>
      )}
      <h2 className={classes.stateTitle}>{title}</h2>
      <p className={classes.stateText}>{text}</p>
      {children !== undefined && <div className={classes.stateAction}>{children}</div>}
    </div>
  );
}

/** What went wrong, and the next step. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const words = useWords();
  const { title, detail, next } = explain(error, words);
  return (
    <div role="alert">
      <EmptyState
        icon={error instanceof UnreachableError ? IconPlugConnectedX : IconAlertTriangle}
        title={title}
        text={[detail, next].filter(Boolean).join("\n")}
      >
        {onRetry !== undefined && (
          <Button variant="default" onClick={onRetry}>
            {words.common.retry}
          </Button>
        )}
      </EmptyState>
    </div>
  );
}

/** What `useQuery` answers, or an infinite query with its pages put together. */
export interface Loadable<T> {
  readonly data: T | undefined;
  readonly isError: boolean;
  readonly error: unknown;
  readonly refetch: () => unknown;
}

interface LoadedProps<T> {
  readonly query: Loadable<T>;
  /** As large as what will stand there, so that nothing moves. */
  readonly skeleton: ReactNode;
  readonly children: (data: T) => ReactNode;
}

/** Skeleton, error or the thing itself. What is there stays while it is read again. */
export function Loaded<T>({ query, skeleton, children }: LoadedProps<T>) {
  const words = useWords();
  if (query.data !== undefined) {
    return children(query.data);
  }
  if (query.isError) {
    return <ErrorState error={query.error} onRetry={() => query.refetch()} />;
  }
  return (
    <div aria-busy="true">
      <span className="sr-only">{words.common.loading}</span>
      {skeleton}
    </div>
  );
}
