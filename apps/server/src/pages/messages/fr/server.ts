import type { ServerMessages } from "../en/server.ts";

export const server: ServerMessages = {
  start: {
    running: "Tout fonctionne.",
    waiting: "Le serveur est prêt et vous attend.",
    signed_in: "Plinth, connecté",
    lead: "Ceci est un serveur Plinth\u00a0: collections, règles et comptes par HTTP.",
    version: "Version",
    runs_on: "Exécuté par",
    database: "Base de données",
    collections: "Collections",
    operator: "opérateur",
    one_step: "Il reste une étape",
    find_link:
      "Ce serveur n’a pas encore d’opérateur. À son démarrage, il a écrit un lien d’installation dans sa console ou son journal. La première personne qui ouvre ce lien devient opérateur.",
    go_on: "Continuer",
    about_api: "toute l’API, pour les personnes et les outils",
    about_health: "si la base de données répond",
    read_on: "Pour en savoir plus",
    in_repository: "Dans le dépôt, en anglais\u00a0:",
    about_readme: "le démarrage rapide",
    about_identity: "comptes, clés et rôles",
    about_configuration: "tous les réglages",
    about_errors: "tous les codes d’erreur",
    sign_in_lead: "En tant qu’opérateur, pour créer des clés.",
  },
  setup: {
    title: "Installer Plinth",
    welcome: "Bienvenue.",
    lead: "Dans deux minutes, vous aurez un compte, deux clés et une première collection.",
    make_yours: "Prendre possession de ce serveur",
    make_yours_lead:
      "Il n’a pas encore d’opérateur. Le premier compte le devient\u00a0: il crée les collections, les règles, les clés et les rôles des autres.",
    become_operator: "Devenir opérateur",
    done_title: "Tout est prêt.",
    done_lead:
      "Ce serveur a son opérateur, et le lien d’installation n’ouvre plus rien. Les autres comptes se créent par inscription\u00a0; un opérateur leur donne des rôles.",
    refused_title: "Ce lien ne convient pas.",
    refused_lead:
      "Ce serveur n’a pas encore d’opérateur, et seul son lien d’installation permet de commencer. Le serveur l’écrit dans sa console ou son journal à son démarrage\u00a0; copiez-le en entier.",
    to_start: "Vers la page d’accueil",
  },
  keys: {
    yours: "Le serveur est à vous",
    one_step: "Il reste une étape.",
    kinds:
      "Les programmes utilisent des clés\u00a0: une clé secrète a tous les droits et ne va que sur des serveurs\u00a0; une clé publique peut être dans un navigateur et peut ce que vous permettez à tous.",
    make: "Créer deux clés",
    title: "Clés",
    lost: "Une clé perdue ne peut plus être montrée\u00a0: créez-en deux nouvelles, et révoquez l’ancienne.",
    older: "Clés plus anciennes\u00a0: {count}. {request} les montre toutes.",
    make_more: "Créer deux clés de plus",
    shown: "Vos clés",
    shown_lead:
      "Elles ne sont montrées que cette fois et ne sont conservées que sous forme de hachage. Gardez-les avant de quitter cette page.",
    secret: "Clé secrète",
    publishable: "Clé publique",
    example: "Votre première collection",
    copy: "Copier",
    copied: "Copié",
    selected: "Sélectionné",
  },
  admin: {
    title: "L’administration n’est pas encore construite.",
    lead: "Le serveur fonctionne et son API répond. S’il vient de démarrer pour la première fois, l’administration est encore en construction et apparaîtra ici d’elle-même. Sinon, cette commande, dans le dépôt, construit ses fichiers :",
    after: "Redémarrez ensuite le serveur. Sans administration, réglez ADMIN=off.",
  },
  inbox: {
    title: "Boîte de réception de développement",
    lead: "Ces messages n’ont pas été distribués, car aucun envoi n’est configuré (MAIL_URL, SMS_URL). Le plus récent est en premier.",
    text_message: "SMS",
    empty: "Aucun message pour le moment.",
    to: "À {address}, {time}, {state}",
    not_kept: "(contenu non conservé)",
  },
};
