import { useEffect, useRef, type ReactNode } from "react";
import { useWords } from "../../i18n";
import classes from "./welcome.module.css";

export const STEPS = 3;

/** The head of a step; focus goes to it, so that a screen reader goes along. */
export function StepHead({ n, title, children }: { n: number; title: string; children: ReactNode }) {
  const words = useWords().welcome;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
  }, []);
  return (
    <>
      <span className={classes.step}>{words.step(n, STEPS)}</span>
      <h1 className={classes.title} ref={heading} tabIndex={-1}>
        {title}
      </h1>
      <p className={classes.text}>{children}</p>
    </>
  );
}
