import type { Module, ModuleImport } from './module-graph.ts';

/** Packages whose modules are checked; each must have some, or the check would pass over nothing. */
export const CHECKED_PACKAGES = [
  'schemas',
  'sdk',
  'collector',
  'dashboard',
  'examples/simulator',
  'examples/demo',
  'e2e',
];

interface Rule {
  /** What the rule holds, completed by "must not". */
  says: string;
  appliesTo: (path: string) => boolean;
  forbids: (imported: ModuleImport['target'], importer: string, typeOnly: boolean) => boolean;
}

/** Workspace packages that a package may import, by folder. What is not listed here may import any. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  schemas: [],
  sdk: ['schemas'],
  collector: ['schemas'],
  dashboard: ['schemas'],
};

/** What a folder of the collector must not know. `main.ts` and `app.ts` put the folders together and may know all. */
const COLLECTOR_FORBIDS: Readonly<Record<string, readonly string[]>> = {
  receive: ['load', 'query', 'alert', 'api'],
  keys: ['receive', 'forward', 'spool', 'load', 'alert', 'api'],
  forward: ['receive', 'spool', 'load', 'clickhouse', 'query', 'alert', 'api'],
  spool: ['receive', 'forward', 'load', 'clickhouse', 'query', 'alert', 'api'],
  load: ['receive', 'query', 'alert', 'api'],
  lost: ['receive', 'forward', 'load', 'alert', 'api'],
  clickhouse: ['receive', 'spool', 'load', 'query', 'alert', 'api'],
  query: ['receive', 'load', 'alert', 'api'],
  alert: ['receive', 'load', 'api'],
  retention: ['receive', 'forward', 'spool', 'load', 'alert', 'api'],
  backup: ['receive', 'forward', 'spool', 'load', 'query', 'alert', 'api'],
  api: ['receive'],
};

/** What decides how a stream ended: pure, and the same under any telemetry. */
const SDK_CORE = ['framing', 'observe', 'protocols'].map((name) => `sdk/src/${name}`);
/** What emits telemetry, and what starts the OpenTelemetry SDK. */
const SDK_SPEAKS_OPENTELEMETRY = [
  'span',
  'metrics',
  'telemetry',
  'attempt-context',
  'start',
  'register',
  'node',
].map((name) => `sdk/src/${name}.ts`);

const RULES: readonly Rule[] = [
  ...Object.entries(MAY_IMPORT).map(([folder, allowed]) => ({
    says: `${folder} must not import another workspace package than ${allowed.join(', ') || 'itself'}`,
    appliesTo: within(folder),
    forbids: (imported: ModuleImport['target']) =>
      imported.status === 'workspace-package' &&
      imported.folder !== folder &&
      !allowed.includes(imported.folder),
  })),
  {
    says: 'schemas must not import anything but typebox',
    appliesTo: within('schemas'),
    forbids: (imported) => imported.status === 'package' && imported.name !== 'typebox',
  },
  {
    says: 'a relative import must not leave its package',
    appliesTo: () => true,
    forbids: (imported, importer) =>
      imported.status === 'file' && packageOf(imported.path) !== packageOf(importer),
  },
  {
    says: 'an import must lead to a file that exists',
    appliesTo: () => true,
    forbids: (imported) => imported.status === 'missing',
  },
  {
    says: 'production code must not import code for tests',
    appliesTo: () => true,
    forbids: (imported) => imported.status === 'file' && isForTests(imported.path),
  },
  ...Object.entries(COLLECTOR_FORBIDS).map(([folder, forbidden]) => ({
    says: `collector/src/${folder} must not import ${forbidden.join(', ')}`,
    appliesTo: within(`collector/src/${folder}`),
    forbids: forbidsFolders(forbidden.map((name) => `collector/src/${name}`)),
  })),
  {
    says: 'a folder of the collector must not import what composes it (main.ts, app.ts)',
    appliesTo: (path) => /^collector\/src\/[^/]+\//.test(path),
    forbids: (imported) =>
      imported.status === 'file' && /^collector\/src\/(main|app)\.ts$/.test(imported.path),
  },
  {
    says: 'a feature of the dashboard must not import another feature',
    appliesTo: (path) => featureOf(path) !== undefined,
    forbids: (imported, importer) => {
      const feature = imported.status === 'file' ? featureOf(imported.path) : undefined;
      return feature !== undefined && feature !== featureOf(importer);
    },
  },
  {
    says: 'components and lib of the dashboard must not import features or app',
    appliesTo: (path) => within('dashboard/src/components')(path) || within('dashboard/src/lib')(path),
    forbids: forbidsFolders(['dashboard/src/features', 'dashboard/src/app']),
  },
  {
    says: 'a feature of the dashboard must not import app',
    appliesTo: within('dashboard/src/features'),
    forbids: forbidsFolders(['dashboard/src/app']),
  },
  {
    says: 'framing, protocols and observe of the SDK must not import OpenTelemetry, not even its types',
    appliesTo: (path) => SDK_CORE.some((folder) => within(folder)(path)),
    forbids: isOpenTelemetry,
  },
  {
    says: 'beside what emits and what starts, the SDK must not import from OpenTelemetry more than types',
    appliesTo: (path) =>
      within('sdk/src')(path) && !within('sdk/src/export')(path) && !SDK_SPEAKS_OPENTELEMETRY.includes(path),
    forbids: (imported, importer, typeOnly) =>
      !typeOnly && !SDK_CORE.some((folder) => within(folder)(importer)) && isOpenTelemetry(imported),
  },
];

/** Files that read the environment; everything else gets its settings as arguments. */
const READS_ENVIRONMENT: readonly RegExp[] = [
  /^collector\/src\/(config|main|backup\/main)\.ts$/,
  /^sdk\/src\/(environment|start|register|node)\.ts$/,
  /^examples\/[^/]+\/src\/(config|main|cli)\.ts$/,
  /^e2e\//,
];

/** One sentence for each import or read that breaks a rule. Tests may reach everywhere: they are not shipped. */
export function findViolations(modules: readonly Module[]): string[] {
  return modules.filter(({ path }) => !isForTests(path)).flatMap(violationsOf);
}

function violationsOf(module: Module): string[] {
  const { path } = module;
  const broken = RULES.filter((rule) => rule.appliesTo(path)).flatMap((rule) =>
    module.imports
      .filter(({ target, typeOnly }) => rule.forbids(target, path, typeOnly))
      .map(({ specifier, line }) => `${path}:${line} imports ${specifier}: ${rule.says}`),
  );
  const mayRead = READS_ENVIRONMENT.some((allowed) => allowed.test(path));
  const reads = mayRead ? [] : module.environmentReads;
  return [...broken, ...reads.map((line) => `${path}:${line} reads process.env: only config.ts may`)];
}

function within(folder: string): (path: string) => boolean {
  return (path) => path.startsWith(`${folder}/`);
}

function forbidsFolders(folders: readonly string[]): Rule['forbids'] {
  return (imported) => imported.status === 'file' && folders.some((folder) => within(folder)(imported.path));
}

function isForTests(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || path.includes('/testing/') || path.startsWith('e2e/');
}

function packageOf(path: string): string | undefined {
  return CHECKED_PACKAGES.find((folder) => within(folder)(path));
}

/** `panels/ttft` for a file of that feature; its first folder below `features`. */
function featureOf(path: string): string | undefined {
  return /^dashboard\/src\/features\/([^/]+)\//.exec(path)?.[1];
}

function isOpenTelemetry(imported: ModuleImport['target']): boolean {
  return imported.status === 'package' && imported.name.startsWith('@opentelemetry/');
}
