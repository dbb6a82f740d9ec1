// Words that the project no longer uses, so that none returns. Pure: sources and pages in, problems out.
import { matches, type Source } from "./files.ts";
import type { Problem } from "./problem.ts";

/** Old name → its new name, and where the old one still means something else. */
const NAMES: Readonly<Record<string, readonly [now: string, allowed?: string]>> = {
  Scope: ["RequestContext"],
  scopeFor: ["contextFor"],
  Place: ["LogPosition", "packages/db/test/**"],
  comparePlaces: ["comparePositions"],
  formatPlace: ["formatPosition"],
  parsePlace: ["parsePosition"],
  isPlace: ["isPosition"],
  sealedPlace: ["signedPosition"],
  requirePlace: ["requirePosition"],
  Access: ["ReadPolicy"],
  WriteAccess: ["WritePolicy"],
  maskOf: ["fieldPolicyOf"],
  masksOf: ["fieldPoliciesOf"],
  WritePlan: ["WriteBatch"],
  commitPlan: ["commitBatch"],
  createPart: ["createStep"],
  changePart: ["changeStep"],
  deletePart: ["deleteStep"],
  Claim: ["IdempotencyLock"],
  HeldClaim: ["HeldLock"],
  claimKey: ["acquireLock"],
  Outcome: ["ReplayableResult", "{tests,scripts}/**"],
  outcomeOf: ["replayableResult", "tests/**"],
  rowOutcome: ["replayableRow"],
  Way: ["PathBudget"],
  Ways: ["RelationPaths"],
  waysOf: ["relationPathsOf"],
  waysOfRef: ["relationPathsOfRef"],
  Walk: ["Traversal"],
  compileWalk: ["compileTraversal"],
  Fold: ["Aggregator"],
  FoldSql: ["AggregateSql"],
  parseFold: ["parseRelatedAggregate"],
  Under: ["ParentFilter"],
  Embed: ["Expansion"],
  embeds: ["expansions"],
  embedRelated: ["expandRelated"],
  Asked: ["CallerFilter"],
  revise: ["commitMetadataChange"],
  reviseCollection: ["commitCollectionChange"],
  reviseRule: ["commitRuleChange"],
  trial: ["dryRun"],
  fenceTime: ["guardTimeout"],
  keepLogged: ["ensureTriggers"],
  loggedAs: ["triggerVersion"],
  derive: ["memoize"],
  rightsKey: ["roleKey"],
  noticeScan: ["warnOnFullScan"],
  Room: ["WorkspaceSubscribers"],
  Hub: ["SubscriptionBroker"],
  hub: ["broker"],
  hubOptions: ["brokerOptions"],
  Lens: ["Visibility"],
  lens: ["visibility"],
  lensOf: ["visibilityOf"],
  Judge: ["EventMapper"],
  Past: ["RowHistory"],
  World: ["RelatedRows", "{tests,bench,packages/*/test}/**"],
  Verdict: ["Tristate", "tests/**"],
  Seal: ["PositionSignature"],
  sealOf: ["signatureOf"],
  sealedBody: ["encryptedBody"],
  openedBody: ["decryptedBody"],
  Outlet: ["Connection"],
  outlet: ["connection"],
  Chunk: ["EncodedBatch"],
  Frame: ["Message", "packages/client/**"],
  Listening: ["Subscription"],
  callerOf: ["streamCallerOf", "tests/**"],
  Feed: ["LogTail"],
  feed: ["tail"],
  ChangeFeed: ["WakeupListener"],
  changeFeed: ["wakeupListener"],
  atRest: ["idle"],
  suspend: ["hibernate"],
  restingDriver: ["hibernatingDriver"],
  House: ["AppInstance"],
  BriefCache: ["TtlCache"],
  Bookmark: ["Checkpoint"],
  bookmark: ["checkpoint"],
  Arrival: ["IncomingRequest"],
  arrivalOf: ["incomingRequestOf"],
  Found: ["FindResult"],
  reachesOut: ["usesRelations"],
};

/** Phrases that comments and pages no longer use. */
const PHRASES: readonly (readonly [was: RegExp, now: string])[] = [
  [/\b(?:is|are|was|were|be|been) come upon\b/i, "found, or counted"],
  [/\bat rest\b/i, "idle"],
  [/\btime fence|scan fence\b/i, "timeout guard, query cost limit"],
  [
    /`(?:Scope|Room|Hub|Lens|Outlet|Chunk|Listening|WritePlan|BriefCache|ChangeFeed|LogTail feed)`/,
    "the name it has now",
  ],
];

export function checkWords(sources: readonly Source[], pages: readonly { file: string; text: string }[]): Problem[] {
  return [...sources.flatMap(namesIn), ...[...sources, ...pages].flatMap(phrasesIn)].filter(
    ({ file }) => !file.startsWith("scripts/check/words"),
  );
}

function namesIn({ file, tokens }: Source): Problem[] {
  return tokens.flatMap(({ kind, text, line }) => {
    const name = text.replace(/^#/, "");
    const known = kind === "name" && Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
    if (!known || (known[1] !== undefined && matches(file, known[1]))) return [];
    return [{ file, line, message: `${name} is called ${known[0]} now` }];
  });
}

function phrasesIn({ file, text }: { file: string; text: string }): Problem[] {
  return PHRASES.flatMap(([was, now]) =>
    text.split("\n").flatMap((words, i) => {
      const found = was.exec(words)?.[0];
      return found ? [{ file, line: i + 1, message: `"${found}": say ${now}` }] : [];
    }),
  );
}
