import { Button, UnstyledButton } from "@mantine/core";
import { IconArrowUpRight, IconBulb, IconCoins, IconCornerUpRightDouble } from "@tabler/icons-react";
import { useWords } from "../../i18n";
import { Ladder } from "../../ui/ladder";
import { EmptyState } from "../../ui/page";
import classes from "./ideas.module.css";
import { TEMPLATES, type Template } from "./templates";

const ICONS = { breakout: IconArrowUpRight, dividend: IconCoins, coveredCall: IconCornerUpRightDouble };
const EXAMPLE = { side: "long", entry: "206.50", stop: "199.50", targets: ["215.00", "223.50"], price: "202.91" };

/** What will be here, the one button, and three plans to begin with. */
export function NoIdeas({ onWrite }: { onWrite: (template: Template | null) => void }) {
  const words = useWords();
  const { empty, templates } = words.ideas;
  return (
    <>
      <EmptyState icon={IconBulb} title={empty.title} text={empty.text} example={<Ladder levels={EXAMPLE} large />}>
        <Button
          onClick={() => {
            onWrite(null);
          }}
        >
          {empty.action}
        </Button>
      </EmptyState>
      <section aria-label={empty.templates}>
        <h2 className={classes.templatesTitle}>{empty.templates}</h2>
        <ul className={classes.templates}>
          {TEMPLATES.map((template) => {
            const Icon = ICONS[template];
            return (
              <li key={template}>
                <UnstyledButton
                  className={classes.template}
                  onClick={() => {
                    onWrite(template);
                  }}
                >
                  <Icon size={20} stroke={1.7} aria-hidden />
                  <strong>{templates[template].name}</strong>
                  <span>{templates[template].text}</span>
                </UnstyledButton>
              </li>
            );
          })}
        </ul>
      </section>
    </>
  );
}
