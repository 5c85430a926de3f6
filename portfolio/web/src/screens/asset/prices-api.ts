/** What of an instrument's prices a person can change. */

import { useQueryClient, type QueryKey } from "@tanstack/react-query";
import { useChange, type Changing } from "../../api/change";
import { api, data, newKey } from "../../api/client";
import { keys } from "../../api/queries";
import type { LoadedPrices, Price, PriceIn } from "../../api/types";
import { useSpoken } from "../../i18n";
import { day } from "../../lib/time";

export const OWN: readonly string[] = ["manual", "file"];
const FOLLOWING: readonly QueryKey[] = [keys.prices, keys.holdings, keys.ideas, keys.portfolio, keys.instruments];

export interface Entered {
  readonly date: string;
  readonly price: string;
  readonly currency: string | null;
}

export interface Sent {
  readonly file: File;
  readonly order?: string;
  readonly mark?: string;
}

/** What was loaded, and the name of the write that takes it back; null when nothing changed. */
export interface Loaded {
  readonly answer: LoadedPrices;
  readonly undo: string | null;
}

interface Undoable<T> {
  readonly answer: T;
  readonly undo: string | null;
}

async function undoable<T>(call: Promise<{ data?: T; response: Response }>): Promise<Undoable<T | undefined>> {
  const { data: answer, response } = await call;
  return { answer, undo: response.headers.get("Undo") };
}

function takeBack(id: string): Promise<unknown> {
  return data(api.POST("/api/v1/undo/{id}", { params: { path: { id } } }));
}

export function usePriceChanges(symbol: string) {
  const cache = useQueryClient();
  const { words, locale } = useSpoken();
  const follow = async () => {
    await Promise.all(FOLLOWING.map((queryKey) => cache.invalidateQueries({ queryKey })));
  };
  const back = (undo: string | null) =>
    undo === null
      ? {}
      : {
          undo: async () => {
            await takeBack(undo);
            await follow();
          },
        };
  const path = (date: string) => ({ params: { path: { id: symbol, date } } });
  const enter: Changing<Entered, Undoable<unknown>> = useChange({
    send: ({ date, price, currency }) => {
      const body: PriceIn = { price, currency };
      return undoable(api.PUT("/api/v1/instruments/{id}/prices/{date}", { ...path(date), body }));
    },
    stale: () => FOLLOWING,
    said: ({ date }, { undo }) => ({ message: words.prices.entered(symbol, day(date, locale)), ...back(undo) }),
    quiet: true,
  });
  const remove: Changing<Price, Undoable<unknown>> = useChange({
    send: ({ date }) => undoable(api.DELETE("/api/v1/instruments/{id}/prices/{date}", path(date))),
    stale: () => FOLLOWING,
    said: ({ date }, { undo }) => ({ message: words.prices.removed(symbol, day(date, locale)), ...back(undo) }),
  });
  const load: Changing<Sent, Loaded> = useChange({
    send: async (sent) => {
      const { answer, undo } = await undoable(upload(symbol, sent));
      if (answer === undefined) {
        throw new Error("an answer without a body");
      }
      return { answer, undo };
    },
    stale: () => FOLLOWING,
    quiet: true,
  });
  const undo: Changing<string, unknown> = useChange({
    send: takeBack,
    stale: () => FOLLOWING,
    said: () => ({ message: words.prices.undone }),
  });
  return { enter, remove, load, undo };
}

/** The file as a form: nothing is turned into text on the way. */
function upload(symbol: string, { file, order, mark }: Sent) {
  const form = new FormData();
  form.append("file", file, file.name);
  form.append("symbol", symbol);
  if (order !== undefined) {
    form.append("date_order", order);
  }
  if (mark !== undefined) {
    form.append("decimal_mark", mark);
  }
  return api.POST("/api/v1/prices/files", {
    body: { name: file.name, content_base64: "" },
    bodySerializer: () => form,
    headers: { "Idempotency-Key": newKey() },
  });
}
