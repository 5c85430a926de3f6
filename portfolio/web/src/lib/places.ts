/** Where a position is looked at. */
export function placeOfPosition(id: string, kind: string, symbol: string): string {
  return kind === "idea" ? `/ideas/${id}` : `/instruments/${encodeURIComponent(symbol)}`;
}
