export const HELP = `Plinth's command line, over HTTP: files in and out of collections, users, keys and workspaces.

  plinth import FILE --collection NAME    add the rows of a file
  plinth export --collection NAME         write a collection to a file
  plinth users list                       and get, create, invite, block, unblock, sign-out, export, delete
  plinth keys list                        and create, rotate, revoke
  plinth auth-settings get                and set
  plinth workspaces list                  and create, rename, archive, unarchive, delete, restore
  plinth members list                     and invite, role, remove
  plinth security-log list                what happened to accounts and rights; and operators
  plinth version
  plinth help

Where Plinth runs and who asks:
  --url URL     or PLINTH_URL; http://127.0.0.1:8787 unless given
  --key KEY     or PLINTH_KEY; an API key, sk_live_…, rk_live_… or pk_live_…

import
  --create          make the collection first: fields and their types are found in the file
  --kind document   with --create: a collection that takes any object as it is
  --format NAME     csv, json or ndjson; unless given, by the file's ending
  --map A=B         column A goes to field B; repeat it, or give JSON, where null leaves out:
                    '{"US Gross": "us_gross", "Notes": null}'
  --map A=B.C       B is a relation, and its item is found by its unique field C
  --types A=TYPE    with --create: number, 'A=decimal(10,4)', relation:countries …
  --unique A,B      with --create: these fields are unique
  --null NA,NULL    these texts are no value
  --dates FORM      how days are written: DD.MM.YYYY, MM/DD/YYYY …
  --sheet NAME      of an .xlsx file; unless given, the first one
  --skip-unknown    pass over columns that are no fields
  --on-conflict A   rows whose A exists update that item
  --resolution ignore  with --on-conflict: they leave it as it is
  --from-row N      begin with this row of data
  --run NAME        another name imports the same file again; without it, a repeated
                    command continues where it was interrupted, and adds nothing twice
  --dry-run         check every row and change nothing
  --json            print the result as JSON

export
  --format NAME     csv, json or ndjson; unless given, by the ending of --output; else json
  --output FILE     unless given, to standard output
  --filter JSON     only items that match: '{"year": {"_gte": 1990}}'
  --sort=FIELDS     such as --sort=-year,title; unless given, by id
  --fields FIELDS   such as title,year
  --json            print the result as JSON (with --output)

users, named by address, phone number (+49…) or id
  list              --search TEXT in the address or the name
  get EMAIL|PHONE
  create EMAIL      --name NAME; --roles A,B, --verified if you know that the address is the user's,
                    --password-stdin reads a password from the standard input
  invite EMAIL      --roles A,B, --expires-at TIME, --send-mail sends the link
  block USER, unblock USER, sign-out USER
  agreements USER   the versions of the terms to which the user has agreed
  export USER       all that is stored about the user; --output FILE
  delete USER       --items release leaves the user's items without an owner, --items delete deletes them

keys
  list              --created-by user:ID
  create NAME       --kind publishable, secret or scoped; --expires-at TIME, --ip-ranges A,B,
                    --rate-limit N a minute; scoped: --roles A,B, --actions A,B, --collections A,B
  rotate ID         --previous-until TIME, or now; the old secret counts for a day unless given
  revoke ID

auth-settings
  set SECTION.SETTING=VALUE …   such as passwords.min_length=12; null takes the default again;
                    the value @- is read from the standard input, as secrets are

workspaces
  create SLUG       --name NAME; unless given, the slug
  rename WORKSPACE  --slug NEW and --name NAME; a workspace is named by its slug or id
  archive WORKSPACE, unarchive WORKSPACE, restore WORKSPACE
  delete WORKSPACE  --confirm SLUG, and --grace-days N in which it can be restored
  hosts WORKSPACE   the host names that mean it; add-host WORKSPACE HOST, remove-host WORKSPACE HOST

members, of the workspace that --workspace names
  invite EMAIL ROLE owner, admin, developer or viewer; --send-mail sends the link
  role ID ROLE      and remove ID: --revoke-keys ends the keys that the member made, where it may
                    make none from now on; else they go on

security-log, the newest events first
  list              --type A,B, --outcome failed, --actor user:ID, --target key:ID, --address A,
                    --from TIME, --to TIME; --limit N, 50 unless given
  operators         the same, of operators' accounts and of the server

For all of these:
  --token TOKEN     or PLINTH_TOKEN; of an operator's or administrator's session, instead of a key.
                    Only with it: workspaces, members, security-log, and secret and scoped keys
  --workspace NAME  or PLINTH_WORKSPACE; the default one unless given
  --json            print the result as JSON

Exit code: 0 all is in or out, 1 some rows were refused, 2 it could not be done.
`;
