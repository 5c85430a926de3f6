import { localDay } from "../../lib/time";

/** "14:02" for today, the date for days before. */
export function contactTime(at: string, now: number, locale: string): string {
  const then = new Date(at);
  return localDay(at) === localDay(now)
    ? then.toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" })
    : then.toLocaleDateString(locale, { dateStyle: "medium" });
}

/** Sixty digits in twelve groups of five, as both sides read them aloud. */
export function safetyGroups(number: string): string[] {
  return number.split(" ").filter(Boolean);
}

/** An invite, out of whatever was pasted: the text itself, or a link that carries it after its `#`. */
export function inviteIn(text: string): string {
  return text.trim().split("#").at(-1)?.trim() ?? "";
}
