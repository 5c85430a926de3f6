/** All ideas, mine and those shared with me: a board to move them along, a table to compare them. */

import { Button, SegmentedControl } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { IconFilterOff, IconLayoutColumns, IconList, IconPlus, IconTable } from "@tabler/icons-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import { queries } from "../../api/queries";
import type { Idea } from "../../api/types";
import { useWords } from "../../i18n";
import { useShortcut } from "../../lib/keyboard";
import { useStored } from "../../lib/stored";
import { PHONE } from "../../ui/data-table";
import { EmptyState, Loaded, PageHeader } from "../../ui/page";
import { SkeletonRows } from "../../ui/skeletons";
import { Board } from "./board";
import { BoardSkeleton } from "./board-skeleton";
import { isFiltered, passes, readFilter } from "./filter";
import { Filters } from "./filters";
import classes from "./ideas.module.css";
import { NoIdeas } from "./no-ideas";
import { IdeaTable } from "./table";
import type { Template } from "./templates";

const NewIdea = lazy(() => import("./new-idea"));

type View = "board" | "table";

export default function IdeasScreen() {
  const words = useWords();
  const ideas = useQuery(queries.ideas());
  const [params, setParams] = useSearchParams();
  const [view, setView] = useView();
  const [template, setTemplate] = useState<Template | null>(null);
  const writing = params.has("new");
  const filter = useMemo(() => readFilter(params), [params]);
  const shown = useMemo(() => ideas.data?.filter((idea) => passes(idea, filter)) ?? [], [ideas.data, filter]);

  const write = (from: Template | null) => {
    setTemplate(from);
    params.set("new", "");
    setParams(params);
  };
  const close = () => {
    setTemplate(null);
    params.delete("new");
    setParams(params, { replace: true });
  };
  return (
    <>
      <PageHeader title={words.ideas.title} lead={words.ideas.lead}>
        <ViewSwitch view={view} onChange={setView} />
        <Button
          leftSection={<IconPlus size={16} stroke={2} />}
          onClick={() => {
            write(null);
          }}
        >
          {words.shell.newIdea}
        </Button>
      </PageHeader>
      <Loaded query={ideas} skeleton={view === "board" ? <BoardSkeleton /> : <SkeletonRows rows={8} height={46} />}>
        {(all) =>
          all.length === 0 ? (
            <NoIdeas onWrite={write} />
          ) : (
            <>
              <Filters filter={filter} ideas={all} shown={shown.length} />
              <Shown view={view} ideas={shown} filtered={isFiltered(filter)} />
            </>
          )
        }
      </Loaded>
      <Suspense>{writing && <NewIdea template={template} onClose={close} />}</Suspense>
    </>
  );
}

function Shown({ view, ideas, filtered }: { view: View; ideas: readonly Idea[]; filtered: boolean }) {
  const words = useWords();
  const [, setParams] = useSearchParams();
  if (ideas.length === 0 && filtered) {
    return (
      <EmptyState icon={IconFilterOff} title={words.ideas.nothingFound} text={words.ideas.nothingFoundText}>
        <Button
          variant="default"
          onClick={() => {
            setParams({});
          }}
        >
          {words.ideas.showAll}
        </Button>
      </EmptyState>
    );
  }
  return view === "board" ? <Board ideas={ideas} /> : <IdeaTable ideas={ideas} />;
}

/** On a phone a list is the better start; the choice is remembered for each kind of screen. */
function useView(): [View, (view: View) => void] {
  const phone = useMediaQuery(PHONE, undefined, { getInitialValueInEffect: false });
  const [stored, store] = useStored(phone ? "ideas.view.phone" : "ideas.view");
  const usual: View = phone ? "table" : "board";
  return [stored === "board" || stored === "table" ? stored : usual, store];
}

function ViewSwitch({ view, onChange }: { view: View; onChange: (view: View) => void }) {
  const words = useWords();
  const phone = useMediaQuery(PHONE, undefined, { getInitialValueInEffect: false });
  useShortcut("v", words.ideas.switchView, words.shell.groups.view, () => {
    onChange(view === "board" ? "table" : "board");
  });
  const label = (Icon: typeof IconTable, text: string) => (
    <span className={classes.view}>
      <Icon size={16} stroke={1.7} aria-hidden />
      {text}
    </span>
  );
  return (
    <SegmentedControl
      value={view}
      aria-label={words.ideas.view}
      data={[
        { value: "board", label: label(IconLayoutColumns, words.ideas.board) },
        { value: "table", label: label(phone ? IconList : IconTable, phone ? words.ideas.list : words.ideas.table) },
      ]}
      onChange={(value) => {
        onChange(value);
      }}
    />
  );
}
