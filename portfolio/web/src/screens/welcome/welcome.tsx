/** The first minute: who you are, your words, and how to begin. Each step can be skipped. */

import { Button } from "@mantine/core";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useSpoken } from "../../i18n";
import { useChangeSettings } from "../../preferences";
import { useTitle } from "../../ui/page";
import { StartStep } from "./start-step";
import { STEPS } from "./step-head";
import classes from "./welcome.module.css";
import { WordsStep } from "./words-step";
import { YouStep } from "./you-step";

export default function Welcome() {
  const { words, language } = useSpoken();
  const [step, setStep] = useState(1);
  const navigate = useNavigate();
  const { mutateAsync } = useChangeSettings();
  useTitle(words.welcome.title);
  const next = () => {
    setStep((before) => before + 1);
  };
  const finish = async (to = "/") => {
    await mutateAsync({ welcomed: true, language });
    await navigate(to, { replace: true });
  };
  return (
    <main className={classes.page}>
      <div className={classes.top}>
        <span className={classes.brand}>
          <img src="/icon.svg" alt="" width={28} height={28} />
          {words.shell.name}
        </span>
        <Button variant="subtle" color="gray" onClick={() => void finish()}>
          {words.welcome.skip}
        </Button>
      </div>
      <div className={classes.card}>
        {step === 1 && <YouStep onDone={next} />}
        {step === 2 && <WordsStep onDone={next} />}
        {step === 3 && <StartStep onDone={finish} />}
      </div>
      <div className={classes.dots} aria-hidden>
        {Array.from({ length: STEPS }, (_, index) => (
          <span key={index} className={classes.dot} data-on={index < step} />
        ))}
      </div>
    </main>
  );
}
