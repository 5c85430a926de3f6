import { expect, it } from "vitest";
import { words } from "../../i18n/de";
import { saidOf } from "./said";

it.each([
  ["account.closed", 'Account "My Broker" closed', "Konto My Broker geschlossen"],
  ["instrument.changed", "Instrument BRK.B changed", "Wertpapier BRK.B geändert"],
  ["idea.changed", "Idea IBM changed", "Idee IBM geändert"],
  ["transactions.removed", "3 transactions removed", "3 Buchungen gelöscht"],
  ["transactions.added", "Transaction added", "1 Buchung hinzugefügt"],
  ["template.removed", "Template My broker deleted", "Vorlage My broker gelöscht"],
  ["of.tomorrow", "Something new", "Something new"],
])("says %s in German", (action, text, said) => {
  expect(saidOf({ action, text }, words.changes)).toBe(said);
});
