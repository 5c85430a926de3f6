/**
 * An idea: the plan and what it comes to, the chart with its levels, why, who says what about it,
 * who changed it, and who has it. Everything on it is live.
 */

import { Button, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconEyeOff } from "@tabler/icons-react";
import { Suspense, lazy, useCallback, useState } from "react";
import { Link, useParams } from "react-router";
import { isProblem } from "../../api/problem";
import { queries } from "../../api/queries";
import type { Idea } from "../../api/types";
import { useWords } from "../../i18n";
import { Ago } from "../../ui/ago";
import { RemarkChip, SideChip, StateChip } from "../../ui/chips";
import { EmptyState, Loaded, PageHeader, useTitle } from "../../ui/page";
import { Person } from "../../ui/person";
import { ShareDialog } from "../share/share-dialog";
import { IdeaActions } from "./actions";
import { useAuthorship } from "./authorship";
import { Comments } from "./comments";
import { Conflicts } from "./conflicts";
import { History } from "./history";
import { IdeaChart } from "./idea-chart";
import { IdeaSkeleton } from "./idea-skeleton";
import classes from "./idea.module.css";
import { levelsOf, patchFor, withLevel, type OnItsWay } from "./levels";
import { NotWhole } from "./not-whole";
import { Pictures } from "./pictures";
import { Plan } from "./plan";
import { useReviser } from "./revise";
import { Summary } from "./summary";
import { Thesis } from "./thesis";
import { Trade } from "./trade";
import { useMoves } from "./use-moves";
import { WhoHasIt } from "./who-has-it";

const Options = lazy(() => import("./options"));
const MAY_EDIT: readonly string[] = ["owner", "editor"];
const MAY_COMMENT: readonly string[] = ["owner", "editor", "commenter"];

export default function IdeaScreen() {
  const { id = "" } = useParams();
  const idea = useQuery(queries.idea(id));
  if (isProblem(idea.error, "not-found")) {
    return <Gone />; // also when it is taken back while one reads it
  }
  return (
    <Loaded query={idea} skeleton={<IdeaSkeleton />}>
      {(found) => <Body key={found.id} idea={found} />}
    </Loaded>
  );
}

function Gone() {
  const words = useWords().idea.gone;
  useTitle(words.title);
  return (
    <EmptyState icon={IconEyeOff} title={words.title} text={words.text}>
      <Button component={Link} to="/ideas">
        {words.action}
      </Button>
    </EmptyState>
  );
}

function Body({ idea }: { idea: Idea }) {
  const mayEdit = MAY_EDIT.includes(idea.role);
  const reviser = useReviser(idea);
  const { moves, claim } = useMoves(idea);
  const authorship = useAuthorship(idea.id);
  const [onItsWay, setOnItsWay] = useState<OnItsWay | null>(null);
  const [sharing, setSharing] = useState(false);
  const share = () => {
    setSharing(true);
  };
  const { revise: send } = reviser;
  const revise = useCallback<typeof send>(
    (patch, ...rest) => {
      claim(Object.keys(patch));
      send(patch, ...rest);
    },
    [claim, send],
  );
  const land = useCallback(
    (move: OnItsWay) => {
      setOnItsWay(null);
      revise(patchFor(idea, move), idea);
    },
    [idea, revise],
  );
  const settled = levelsOf(idea);
  const levels = onItsWay === null ? settled : withLevel(settled, onItsWay);
  return (
    <>
      <PageHeader title={idea.symbol} shown={<Heading idea={idea} mayEdit={mayEdit} />} lead={<Lead idea={idea} />}>
        <IdeaActions idea={idea} mayEdit={mayEdit} onShare={share} />
      </PageHeader>
      <NotWhole complete={idea.complete} />
      <Conflicts idea={idea} mayEdit={mayEdit} reviser={reviser} />
      <div className={classes.grid}>
        <div className={classes.main}>
          <Summary idea={idea} levels={levels} moving={onItsWay !== null} />
          <IdeaChart
            idea={idea}
            levels={settled}
            moves={moves}
            mayEdit={mayEdit}
            onMove={setOnItsWay}
            onMoved={land}
          />
          {(mayEdit || idea.legs.length > 0) && (
            <Suspense>
              <Options idea={idea} mayEdit={mayEdit} revise={revise} />
            </Suspense>
          )}
        </div>
        <div className={classes.side}>
          <Plan
            idea={idea}
            mayEdit={mayEdit}
            authorship={authorship}
            moves={moves}
            onTyping={setOnItsWay}
            revise={revise}
          />
          <Trade idea={idea} />
          <WhoHasIt idea={idea} onShare={share} />
        </div>
        <div className={classes.words}>
          <Thesis idea={idea} mayEdit={mayEdit} change={authorship.get("thesis")} revise={revise} />
          <Pictures idea={idea} mayEdit={mayEdit} />
          <Talk idea={idea} />
        </div>
      </div>
      <ShareDialog
        subject={{ kind: "position", position: idea }}
        opened={sharing}
        onClose={() => {
          setSharing(false);
        }}
      />
    </>
  );
}

function Heading({ idea, mayEdit }: { idea: Idea; mayEdit: boolean }) {
  const words = useWords();
  return (
    <span className={classes.heading}>
      {idea.symbol}
      <SideChip side={idea.side} />
      {!mayEdit && <StateChip state={idea.state} />}
      {idea.sample && <RemarkChip>{words.ideas.sample}</RemarkChip>}
    </span>
  );
}

function Lead({ idea }: { idea: Idea }) {
  const words = useWords();
  return idea.role === "owner" ? (
    <>
      {words.idea.yours} · <Ago at={idea.created} />
    </>
  ) : (
    <span className={classes.lead}>
      <Person did={idea.owner} presence /> · {words.common.roles[idea.role]}
    </span>
  );
}

function Talk({ idea }: { idea: Idea }) {
  const words = useWords();
  const comments = useQuery(queries.comments(idea.id)).data;
  return (
    <Tabs defaultValue="comments" keepMounted={false}>
      <Tabs.List>
        <Tabs.Tab value="comments">
          {words.idea.comments.title}
          {comments !== undefined && comments.length > 0 && <span className={classes.count}>{comments.length}</span>}
        </Tabs.Tab>
        <Tabs.Tab value="history">{words.idea.history}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="comments" className={classes.panel}>
        <Comments position={idea.id} mayComment={MAY_COMMENT.includes(idea.role)} />
      </Tabs.Panel>
      <Tabs.Panel value="history" className={classes.panel}>
        <History idea={idea} />
      </Tabs.Panel>
    </Tabs>
  );
}
