/** The pages for those who run the server. */
export const server = {
  start: {
    running: "Up and running.",
    waiting: "Up, and waiting for you.",
    signed_in: "Plinth, signed in",
    lead: "This is a Plinth server: collections, rules and accounts over HTTP.",
    version: "Version",
    runs_on: "Runs on",
    database: "Database",
    collections: "Collections",
    operator: "operator",
    one_step: "One step is left",
    find_link:
      "This server has no operator yet. When it started, it wrote a setup link to its console or log. The first person who opens that link becomes the operator.",
    go_on: "Go on",
    about_api: "the whole API, for people and tools",
    about_health: "whether the database answers",
    read_on: "Read on",
    in_repository: "In the repository:",
    about_readme: "the quick start",
    about_identity: "accounts, keys and roles",
    about_configuration: "every setting",
    about_errors: "every error code",
    sign_in_lead: "As an operator, to make keys.",
  },
  setup: {
    title: "Set up Plinth",
    welcome: "Welcome.",
    lead: "Two minutes from here you have an account, two keys and a first collection.",
    make_yours: "Make this server yours",
    make_yours_lead:
      "It has no operator yet. The first account becomes the operator: it creates collections, rules, keys and other users' roles.",
    become_operator: "Become operator",
    done_title: "All set.",
    done_lead:
      "This server has its operator, and the setup link no longer opens anything. Further accounts are made by signing up; an operator gives them roles.",
    refused_title: "This link does not fit.",
    refused_lead:
      "This server has no operator yet, and only its setup link lets someone start. The server writes that link to its console or log when it starts; copy all of it.",
    to_start: "To the start page",
  },
  keys: {
    yours: "The server is yours",
    one_step: "One step is left.",
    kinds:
      "Programs use keys: a secret key has every right and belongs on servers only; a publishable key may sit in a browser and can do what you allow to everyone.",
    make: "Make two keys",
    title: "Keys",
    lost: "One that is lost cannot be shown again: make two new ones, and revoke the old one.",
    older: "Older keys: {count}. {request} lists all.",
    make_more: "Make two more keys",
    shown: "Your keys",
    shown_lead: "They are shown this once and stored only as hashes. Keep them before you leave this page.",
    secret: "Secret key",
    publishable: "Publishable key",
    example: "Your first collection",
    copy: "Copy",
    copied: "Copied",
    selected: "Selected",
  },
  admin: {
    title: "The admin is not built yet.",
    lead: "The server runs, and its API answers. If it has just been started for the first time, the admin is still being built, and appears here by itself. Otherwise this command in the repository makes its files:",
    after: "Then restart the server. Where no admin is wanted, ADMIN=off ends this page.",
  },
  inbox: {
    title: "Inbox for development",
    lead: "These messages were not delivered, because nothing is set to send them (MAIL_URL, SMS_URL). The newest is first.",
    text_message: "Text message",
    empty: "No message yet.",
    to: "To {address}, {time}, {state}",
    not_kept: "(content not kept)",
  },
};

export type ServerMessages = typeof server;
