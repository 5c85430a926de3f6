/** Currencies with a rate of the European Central Bank, so that sums in them can be computed. */
export const CURRENCIES = [
  "EUR", "USD", "GBP", "CHF", "AUD", "BRL", "CAD", "CNY", "CZK", "DKK", "HKD", "HUF", "IDR", "ILS", "INR",
  "ISK", "JPY", "KRW", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "RON", "SEK", "SGD", "THB", "TRY", "ZAR",
] as const;

const EURO = "AT BE CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK".split(" ");
const OTHERS: Record<string, string> = {
  AU: "AUD", BR: "BRL", CA: "CAD", CH: "CHF", CN: "CNY", CZ: "CZK", DK: "DKK", GB: "GBP", HK: "HKD", HU: "HUF",
  ID: "IDR", IL: "ILS", IN: "INR", IS: "ISK", JP: "JPY", KR: "KRW", LI: "CHF", MX: "MXN", MY: "MYR", NO: "NOK",
  NZ: "NZD", PH: "PHP", PL: "PLN", RO: "RON", SE: "SEK", SG: "SGD", TH: "THB", TR: "TRY", ZA: "ZAR",
};

/** What somebody with these languages most likely counts in; dollars when nothing says otherwise. */
export function likelyCurrency(languages: readonly string[]): string {
  for (const tag of languages) {
    const region = new Intl.Locale(tag).maximize().region ?? "";
    if (EURO.includes(region)) {
      return "EUR";
    }
    const known = OTHERS[region];
    if (known !== undefined) {
      return known;
    }
    if (region === "US") {
      return "USD";
    }
  }
  return "USD";
}

/** "EUR · Euro", sorted as the locale sorts. */
export function currencyChoices(locale: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames(locale, { type: "currency" });
  return CURRENCIES.map((code) => ({ value: code, label: `${code} · ${names.of(code) ?? code}` }));
}
