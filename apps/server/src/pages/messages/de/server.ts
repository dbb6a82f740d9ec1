import type { ServerMessages } from "../en/server.ts";

export const server: ServerMessages = {
  start: {
    running: "Alles läuft.",
    waiting: "Der Server läuft und wartet auf Sie.",
    signed_in: "Plinth, angemeldet",
    lead: "Dies ist ein Plinth-Server: Sammlungen, Regeln und Konten über HTTP.",
    version: "Version",
    runs_on: "Läuft auf",
    database: "Datenbank",
    collections: "Sammlungen",
    operator: "Operator",
    one_step: "Ein Schritt fehlt noch",
    find_link:
      "Dieser Server hat noch keinen Operator. Beim Start hat er einen Link zur Einrichtung in seine Konsole oder sein Protokoll geschrieben. Wer diesen Link zuerst öffnet, wird Operator.",
    go_on: "Weiter",
    about_api: "die ganze API, für Menschen und Programme",
    about_health: "ob die Datenbank antwortet",
    read_on: "Weiterlesen",
    in_repository: "Im Repository, auf Englisch:",
    about_readme: "der schnelle Einstieg",
    about_identity: "Konten, Schlüssel und Rollen",
    about_configuration: "alle Einstellungen",
    about_errors: "alle Fehlercodes",
    sign_in_lead: "Als Operator, um Schlüssel zu erstellen.",
  },
  setup: {
    title: "Plinth einrichten",
    welcome: "Willkommen.",
    lead: "In zwei Minuten haben Sie ein Konto, zwei Schlüssel und eine erste Sammlung.",
    make_yours: "Diesen Server übernehmen",
    make_yours_lead:
      "Er hat noch keinen Operator. Das erste Konto wird es: Es legt Sammlungen, Regeln, Schlüssel und die Rollen anderer fest.",
    become_operator: "Operator werden",
    done_title: "Alles eingerichtet.",
    done_lead:
      "Dieser Server hat seinen Operator, und der Link zur Einrichtung öffnet nichts mehr. Weitere Konten entstehen durch Registrierung; Rollen vergibt ein Operator.",
    refused_title: "Dieser Link passt nicht.",
    refused_lead:
      "Dieser Server hat noch keinen Operator, und nur sein Link zur Einrichtung lässt jemanden beginnen. Der Server schreibt ihn beim Start in seine Konsole oder sein Protokoll; kopieren Sie ihn ganz.",
    to_start: "Zur Startseite",
  },
  keys: {
    yours: "Der Server gehört Ihnen",
    one_step: "Ein Schritt fehlt noch.",
    kinds:
      "Programme benutzen Schlüssel: Ein geheimer Schlüssel hat jedes Recht und gehört nur auf Server. Ein öffentlicher darf im Browser stehen und kann, was Sie allen erlauben.",
    make: "Zwei Schlüssel erstellen",
    title: "Schlüssel",
    lost: "Ein verlorener kann nicht noch einmal gezeigt werden: Erstellen Sie zwei neue, und widerrufen Sie den alten.",
    older: "Ältere Schlüssel: {count}. {request} zeigt alle.",
    make_more: "Zwei weitere Schlüssel erstellen",
    shown: "Ihre Schlüssel",
    shown_lead:
      "Sie werden nur dieses eine Mal gezeigt und nur als Hash gespeichert. Sichern Sie sie, bevor Sie diese Seite verlassen.",
    secret: "Geheimer Schlüssel",
    publishable: "Öffentlicher Schlüssel",
    example: "Ihre erste Sammlung",
    copy: "Kopieren",
    copied: "Kopiert",
    selected: "Ausgewählt",
  },
  admin: {
    title: "Die Verwaltung ist noch nicht gebaut.",
    lead: "Der Server läuft, und seine API antwortet. Wurde er gerade zum ersten Mal gestartet, wird die Verwaltung noch gebaut und erscheint hier von selbst. Sonst baut dieser Befehl im Repository ihre Dateien:",
    after: "Starten Sie den Server danach neu. Wer keine Verwaltung möchte, setzt ADMIN=off.",
  },
  inbox: {
    title: "Postfach für die Entwicklung",
    lead: "Diese Nachrichten wurden nicht zugestellt, weil kein Versand eingestellt ist (MAIL_URL, SMS_URL). Die neueste steht oben.",
    text_message: "Textnachricht",
    empty: "Noch keine Nachricht.",
    to: "An {address}, {time}, {state}",
    not_kept: "(Inhalt nicht aufbewahrt)",
  },
};
