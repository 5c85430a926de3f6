import { useSearchParams } from "react-router";

/**
 * What is open on a screen stands in its address, so that Back closes it and a link opens it:
 * `?new`, `?edit=01K…`, `?symbol=AAPL`.
 */
export function useAddress(): {
  readonly read: (name: string) => string | null;
  readonly write: (changes: Readonly<Record<string, string | null>>) => void;
} {
  const [params, setParams] = useSearchParams();
  return {
    read: (name) => params.get(name),
    write: (changes) => {
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changes)) {
            if (value === null) {
              after.delete(name);
            } else {
              after.set(name, value);
            }
          }
          return after;
        },
        { replace: true },
      );
    },
  };
}
