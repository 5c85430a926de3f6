import type { Words } from "..";

export const welcome: Words["welcome"] = {
  title: "Willkommen",
  step: (n, all) => `Schritt ${n} von ${all}`,
  skip: "Alles überspringen",
  you: {
    title: "Wer bist du?",
    text: "Freunde sehen dich unter diesem Namen. Alles bleibt auf diesem Rechner, bis du es teilst.",
    name: "Dein Name",
    currency: "Deine Währung",
    next: "Weiter",
  },
  words: {
    title: "Deine 24 Wörter",
    text: "Dein Planer hat 24 Wörter ausgegeben, als er angelegt wurde. Nur mit ihnen kannst du auf einem neuen Rechner wieder du sein. Niemand sonst hat sie, auch diese Seite nicht.",
    where: "Sie stehen im Terminal, in dem du ihn zuerst gestartet hast, über dem Anmelde-Link.",
    field: "Tippe sie ein oder füge sie ein, um sicher zu sein, dass du sie notiert hast",
    hint: "Sie werden verglichen und vergessen: nicht gespeichert, nirgendwohin gesendet.",
    count: (n) => `${n} von 24 Wörtern`,
    check: "Prüfen",
    later: "Später",
    right: "Das sind deine Wörter. Bewahre sie fern von diesem Rechner auf.",
    wrong: "Das sind nicht die Wörter dieses Planers. Such nach einem fehlenden oder vertauschten Wort.",
  },
  start: {
    title: "Wie möchtest du beginnen?",
    text: "Du kannst alles später ändern.",
    sample: { label: "Mit Beispieldaten umsehen", text: "Ein gefülltes Portfolio und fünf Ideen. Ein Klick entfernt alles." },
    own: { label: "Eigene eintragen", text: "Beginne mit dem, was du zuerst gekauft hast." },
    empty: { label: "Leer beginnen", text: "Ein leeres Notizbuch." },
    invite: "Hast du eine Einladung? Füge sie ein",
    inviteHint: "Du und der Freund, von dem sie kommt, seid sofort verbunden.",
    finish: "Meinen Planer öffnen",
    joined: (name) => `Du und ${name} seid jetzt Freunde`,
  },
};
