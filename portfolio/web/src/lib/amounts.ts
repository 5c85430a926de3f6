/** Whether amounts are hidden. A matter of the device: the phone in the tram hides, the desk need not. */

import { useStored } from "./stored";

const KEY = "amounts.hidden";

export function useHiddenAmounts(): { hidden: boolean; toggle: () => void } {
  const [stored, store] = useStored(KEY);
  const hidden = stored === "yes";
  return {
    hidden,
    toggle: () => {
      store(hidden ? null : "yes");
    },
  };
}
