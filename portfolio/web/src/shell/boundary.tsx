/** Catches what a screen throws while it renders; a chunk of an older build is fetched anew. */

import { Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Component, type ReactNode } from "react";
import { useWords } from "../i18n";
import { EmptyState } from "../ui/page";

interface State {
  readonly failed: boolean;
}

export class Boundary extends Component<{ children: ReactNode }, State> {
  override state: State = { failed: false };

  static getDerivedStateFromError(): State {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? <Stumbled /> : this.props.children;
  }
}

function Stumbled() {
  const words = useWords();
  const { title, next } = words.problems.render;
  return (
    <div role="alert">
      <EmptyState icon={IconAlertTriangle} title={title} text={next}>
        <Button
          variant="default"
          onClick={() => {
            window.location.reload(); // a new build of the page has new names of files
          }}
        >
          {words.common.retry}
        </Button>
      </EmptyState>
    </div>
  );
}
