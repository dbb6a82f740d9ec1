import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Call } from "./command.ts";
import { CliError } from "./errors.ts";
import firstSchema from "./init-schema.json" with { type: "json" };

const SETTINGS = `# Settings of the server, for this machine alone. Every setting is described in Plinth's docs/configuration.md.
PORT=8787
DATA_DIR=.plinth/data
# APP_URL=https://api.example.com
# CORS_ORIGINS=http://localhost:5173
# DATABASE_URL=postgres://user:password@localhost:5432/app
# MAIL_URL=smtp://localhost:1025
`;

const IGNORED = `node_modules/
.plinth/
.env
`;

const AGENTS = `# Notes for whoever works on this project, people and programs

This project uses Plinth: a server that gives an app a database, users, access rules and live updates over HTTP.

The command line is a package. Install it here once: \`npm install --save-dev PATH-TO/plinth-cli-*.tgz\`, which \`npm run build cli\` and
\`npm pack ./dist/cli\` make in a clone of Plinth. \`schema.ts\` needs the client too: \`npm install --install-links PATH-TO-CLONE/dist/client\`.

| Command | What it does |
|---|---|
| \`npm start\` | starts the server at http://127.0.0.1:8787; its settings are in \`.env\` |
| \`npm run dev\` | the same; starts again when \`.env\` changes, and applies \`schema.json\` and writes \`schema.ts\` when it changes |
| \`npx plinth setup\` | makes the operator of the new server and signs in, in another terminal while the server runs |
| \`npx plinth login\` | signs in later, or elsewhere |
| \`npm run push\` | gives the server the collections, roles and rules of \`schema.json\`, after showing the changes |
| \`npm run pull\` | writes those of the server to \`schema.json\` |
| \`npm run types\` | writes the types of all collections to \`schema.ts\` |
| \`npx plinth help\` | explains all other commands; with \`--json\` they answer with one JSON document |

- \`schema.json\` is the source of the schema: change it, push it, and commit it.
- Everything is denied until a rule allows it. \`npx plinth rules simulate COLLECTION --action read --roles public\` explains a decision.
- \`GET /api/openapi.json\` describes every route, with the collections of this project.
- \`.env\` and \`.plinth/\` hold secrets and data. They are not committed.
`;

/** A new project's files. */
function filesOf(name: string): Readonly<Record<string, string>> {
  const manifest = {
    name,
    private: true,
    type: "module",
    scripts: {
      start: "plinth start",
      dev: "plinth dev --types schema.ts",
      push: "plinth schema push schema.json",
      pull: "plinth schema pull schema.json",
      types: "plinth types --output schema.ts",
    },
  };
  return {
    "package.json": `${JSON.stringify(manifest, null, 2)}\n`,
    "schema.json": `${JSON.stringify(firstSchema, null, 2)}\n`,
    ".env": SETTINGS,
    ".gitignore": IGNORED,
    "AGENTS.md": AGENTS,
  };
}

/** `plinth init`: nothing that is there is changed. */
export async function runInit({ args: [given = "."], show }: Call): Promise<0> {
  const folder = resolve(given);
  const files = filesOf(nameOf(folder));
  try {
    mkdirSync(folder, { recursive: true });
    const there = Object.keys(files).filter((name) => existsSync(join(folder, name)));
    if (there.length > 0) {
      const reason = `${folder} has ${there.join(", ")} already. Nothing was written.`;
      throw new CliError(`${reason} Name a new folder: plinth init FOLDER.`);
    }
    // Settings may hold passwords.
    for (const [name, text] of Object.entries(files))
      writeFileSync(join(folder, name), text, { flag: "wx", mode: name === ".env" ? 0o600 : 0o666 });
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`${folder} cannot be written: ${(error as Error).message}`);
  }
  const next = given === "." ? "" : `cd ${given}\n  `;
  const lines = Object.keys(files).map((name) => `  ${name}\n`);
  await show(
    { folder, files: Object.keys(files) },
    `Made a project in ${folder}:\n${lines.join("")}\nNext:\n  ${next}plinth start\n  plinth setup (in another terminal)\n  plinth schema push schema.json\n  plinth types --output schema.ts\n`,
  );
  return 0;
}

/** As package.json allows it. */
function nameOf(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+/, "");
  return name === "" ? "app" : name;
}
