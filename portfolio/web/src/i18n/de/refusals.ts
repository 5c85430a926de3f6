/**
 * What the planner says in English when it refuses, in German. The planner's sentences are in
 * portfolio/domain and portfolio/services; one that is missing here is left out on a German page,
 * where the kind of the problem and the next step stand in any case.
 */

const NAMES: Readonly<Record<string, string>> = {
  entry: "Einstieg", stop: "Stop", size: "Stückzahl", symbol: "Kürzel", quantity: "Stückzahl", price: "Kurs",
  amount: "Betrag", fee: "Gebühr", tax: "Steuer", buy: "Kauf", sell: "Verkauf", short: "Leerverkauf",
  cover: "Eindeckung", dividend: "Dividende", interest: "Zinsbuchung", deposit: "Einzahlung",
  withdrawal: "Auszahlung", split: "Split", merger: "Fusion", draft: "Entwurf", watching: "beobachtet",
  ready: "bereit", open: "offen", closed: "geschlossen", currency: "Währung", targets: "Ziel",
};
const german = (word = ""): string => NAMES[word] ?? word;

type Saying = readonly [RegExp, (...parts: string[]) => string];
const SAYINGS: readonly Saying[] = [
  [/^An idea needs the symbol/, () => "Eine Idee braucht das Kürzel dessen, was gehandelt wird"],
  [/^A symbol has up to 32/, () => "Ein Kürzel hat bis zu 32 Buchstaben, Ziffern und Zeichen, wie BRK.B"],
  [/^This is not an ISIN/, () => "Das ist keine ISIN: 12 Zeichen, das letzte eine Prüfziffer"],
  [/^A market code has four/, () => "Ein Börsenkürzel hat vier Buchstaben oder Ziffern, wie XNAS"],
  [/^A thesis has at most ([\d,]+)/, (n) => `Die Begründung hat höchstens ${n.replace(",", ".")} Zeichen`],
  [/^The (\w+) must be above zero/, (name) => `${german(name)}: größer als null`],
  [/^The (\w+) cannot be negative/, (name) => `${german(name)}: nicht unter null`],
  [/^Every target must be above zero/, () => "Jedes Ziel ist größer als null"],
  [/^The same target is there twice/, () => "Dasselbe Ziel steht zweimal da"],
  [/^An idea has at most (\d+) targets/, (n) => `Eine Idee hat höchstens ${n} Ziele`],
  [/^An? (\w+) idea needs its (\w+)/, (state, name) => `Eine Idee im Zustand „${german(state)}“ braucht: ${german(name)}`],
  [/^An? (\w+) needs a quantity above zero/, (kind) => `${german(kind)}: die Stückzahl ist größer als null`],
  [/^An? (\w+) needs an amount above zero/, (kind) => `${german(kind)}: der Betrag ist größer als null`],
  [/^An? (\w+) needs its price/, (kind) => `${german(kind)}: es fehlt der Kurs oder der ganze Betrag`],
  [/^An? (\w+) is two whole numbers/, (kind) => `${german(kind)}: zwei ganze Zahlen über null, wie 2 für 1`],
  [/^A split must change the quantity/, () => "Ein Split ändert die Stückzahl"],
  [/^Say which (?:other )?instrument/, () => "Sag, welches Wertpapier gemeint ist"],
  [/^There is no such day/, () => "Diesen Tag gibt es nicht"],
  [/^This is not an invite/, () => "Das ist keine Einladung"],
  [/^[Tt]he invite has expired/, () => "Die Einladung ist abgelaufen"],
  [/^no such invite/, () => "Diese Einladung gibt es nicht"],
  [/^nobody has this handle/, () => "Diesen Namen hat niemand"],
  [/^That is you/, () => "Das bist du selbst"],
  [/^You may read this, but not change it/, () => "Du darfst das lesen, aber nicht ändern"],
  [/^You may read this, but (?:not|no longer) comment/, () => "Du darfst das lesen, aber nicht kommentieren"],
  [/^Only its owner can share it/, () => "Nur wem es gehört, kann es teilen"],
  [/^The sample stays on this planner/, () => "Die Beispieldaten bleiben auf diesem Planer; schreib es als Eigenes auf"],
  [/^There is an account of that name/, () => "Ein Konto dieses Namens gibt es schon"],
];

export function inGerman(detail: string): string | undefined {
  for (const [pattern, say] of SAYINGS) {
    const found = pattern.exec(detail);
    if (found !== null) {
      return say(...found.slice(1));
    }
  }
  return undefined;
}
