/** What of this idea cannot be shown here, and why: on its way, too new, or contradicting itself. */

import { IconAlertTriangle, IconCloudDownload, IconVersions } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Idea } from "../../api/types";
import { useWords } from "../../i18n";
import { usePeople } from "../../ui/people";
import classes from "./idea.module.css";

export function NotWhole({ complete }: { complete: Idea["complete"] }) {
  const words = useWords().idea;
  const personOf = usePeople();
  const { missing, unknown, forked } = complete;
  return (
    <>
      {forked.map((did) => (
        <Notice key={did} icon={<IconAlertTriangle size={20} stroke={1.7} aria-hidden />}>
          {words.forked(personOf(did).name)}
        </Notice>
      ))}
      {unknown > 0 && (
        <Notice icon={<IconVersions size={20} stroke={1.7} aria-hidden />}>{words.tooNew(unknown)}</Notice>
      )}
      {missing > 0 && (
        <Notice icon={<IconCloudDownload size={20} stroke={1.7} aria-hidden />}>{words.missing(missing)}</Notice>
      )}
    </>
  );
}

function Notice({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <div className={classes.notWhole} role="status">
      {icon}
      <span>{children}</span>
    </div>
  );
}
