import type { Words } from "..";
import { plural } from "../plural";

export const inbox: Words["inbox"] = {
  title: "Eingang",
  lead: "Was deine Freunde getan haben und dich vielleicht braucht.",
  unreadMark: "ungelesen",
  unread: (n) => plural(n, "ungelesene Nachricht", "ungelesene Nachrichten"),
  allRead: "Alles gelesen.",
  show: "Zeigen",
  all: "Alle",
  onlyUnread: "Ungelesen",
  markAll: "Alle als gelesen markieren",
  markTo: "Bis hier gelesen",
  marked: "Alles gelesen",
  accept: "Annehmen",
  decline: "Ablehnen",
  compare: "Schlüssel vergleichen",
  accepted: (who) => `${who} und du seid jetzt befreundet`,
  declined: (who) => `Die Anfrage von ${who} ist abgelehnt`,
  empty: {
    title: "Alles ruhig",
    text: "Kommentare zu deinen Ideen, Freigaben von Freunden und Anfragen landen hier und bleiben, bis du sie liest.",
    action: "Freund einladen",
  },
  done: { title: "Alles gelesen", text: "Neues erscheint hier von selbst.", action: "Alle zeigen" },
};
