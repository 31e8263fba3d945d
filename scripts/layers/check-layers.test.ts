import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkLayers, type LayerCheck } from './check-layers.ts';
import { CHECKED_PACKAGES } from './rules.ts';

/** A workspace that keeps every rule; each test plants one file more. */
const CLEAN: Readonly<Record<string, string>> = {
  'schemas/src/attributes.ts': `import { Type } from 'typebox';\nexport type A = typeof Type;`,
  'sdk/src/observe/meter.ts': `import type { A } from '@weir/schemas/attributes';\nexport type B = A;`,
  'sdk/src/protocols/generic.ts': 'export const generic = 1;',
  'sdk/src/span.ts': `import { trace } from '@opentelemetry/api';\nexport const tracer = trace;`,
  'sdk/src/start.ts': `import './span.ts';\nexport const url = process.env.OTEL_EXPORTER_OTLP_ENDPOINT;`,
  'collector/src/main.ts': `import { app } from './app.ts';\napp(process.env);`,
  'collector/src/app.ts': `import './receive/otlp.ts';\nimport './api/routes.ts';\nexport const app = (_: unknown) => 1;`,
  'collector/src/config.ts': 'export const port = process.env.WEIR_PORT;',
  'collector/src/receive/otlp.ts': `import '../spool/spool.ts';`,
  'collector/src/spool/spool.ts': '',
  'collector/src/load/rows.ts': `import '../clickhouse/client.ts'; import '../spool/spool.ts';`,
  'collector/src/clickhouse/client.ts': 'export const client = 1;',
  'collector/src/clickhouse/testing/engine.ts': 'export const engine = 1;',
  'collector/src/query/overview.ts': `import '../clickhouse/client.ts';\nimport '@weir/schemas/attributes';`,
  'collector/src/alert/evaluate.ts': `import '../query/overview.ts';`,
  'collector/src/api/routes.ts': `import '../query/overview.ts';\nimport '../alert/evaluate.ts';`,
  'dashboard/src/app/router.tsx': `import '../features/overview/page.tsx';\nexport const a = <div />;`,
  'dashboard/src/features/overview/page.tsx': `import '../../components/chart.tsx';`,
  'dashboard/src/features/streams/page.tsx': `import './row.tsx';`,
  'dashboard/src/features/streams/row.tsx': 'export const row = 1;',
  'dashboard/src/components/chart.tsx': 'export const chart = <svg />;',
  'dashboard/src/lib/time.ts': 'export const time = 1;',
  'examples/simulator/src/index.ts': 'export const simulator = 1;',
  'examples/demo/src/main.ts': `import '@weir/collector';\nimport '@weir/sdk';\nimport '@weir/simulator';`,
  'e2e/src/demo.test.ts': `import '@weir/demo';`,
};

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'weir-layers-'));
  for (const folder of CHECKED_PACKAGES) {
    const name = `@weir/${folder.split('/').at(-1)}`;
    await plant(`${folder}/package.json`, JSON.stringify({ name }));
  }
  for (const [path, source] of Object.entries(CLEAN)) await plant(path, source);
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

async function plant(path: string, source: string): Promise<void> {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, source);
}

function violations(result: LayerCheck): string[] {
  return result.status === 'broken' ? result.violations : [];
}

describe('checkLayers', () => {
  it('passes a workspace that keeps the rules, and says how much it saw', async () => {
    expect(await checkLayers(root)).toEqual({ status: 'clean', modules: Object.keys(CLEAN).length });
  });

  it.each([
    ['schemas importing Node', 'schemas/src/a.ts', `import 'node:fs';`],
    ['schemas importing the SDK', 'schemas/src/a.ts', `import '@weir/sdk';`],
    ['the SDK importing the collector', 'sdk/src/a.ts', `import '@weir/collector';`],
    ['the collector importing the SDK', 'collector/src/a.ts', `import '@weir/sdk';`],
    ['the dashboard importing the collector', 'dashboard/src/a.tsx', `import '@weir/collector';`],
    ['receive importing query', 'collector/src/receive/a.ts', `import '../query/overview.ts';`],
    ['receive importing alert', 'collector/src/receive/a.ts', `import '../alert/evaluate.ts';`],
    ['receive importing api', 'collector/src/receive/a.ts', `import '../api/routes.ts';`],
    ['forward importing receive', 'collector/src/forward/a.ts', `import '../receive/otlp.ts';`],
    ['receive importing load', 'collector/src/receive/a.ts', `import '../load/rows.ts';`],
    ['spool importing load', 'collector/src/spool/a.ts', `import '../load/rows.ts';`],
    ['load importing receive', 'collector/src/load/a.ts', `import '../receive/otlp.ts';`],
    ['clickhouse importing load', 'collector/src/clickhouse/a.ts', `import '../load/rows.ts';`],
    ['query importing receive', 'collector/src/query/a.ts', `import '../receive/otlp.ts';`],
    ['query importing alert', 'collector/src/query/a.ts', `import '../alert/evaluate.ts';`],
    ['query importing api', 'collector/src/query/a.ts', `import '../api/routes.ts';`],
    ['alert importing api', 'collector/src/alert/a.ts', `import '../api/routes.ts';`],
    ['api importing receive', 'collector/src/api/a.ts', `import '../receive/otlp.ts';`],
    ['a layer importing the application', 'collector/src/api/a.ts', `import '../app.ts';`],
    ['a feature importing another', 'dashboard/src/features/overview/a.tsx', `import '../streams/row.tsx';`],
    ['a feature importing app', 'dashboard/src/features/overview/a.tsx', `import '../../app/router.tsx';`],
    [
      'a component importing a feature',
      'dashboard/src/components/a.tsx',
      `import '../features/streams/row.tsx';`,
    ],
    ['the meter importing OpenTelemetry', 'sdk/src/observe/a.ts', `import '@opentelemetry/api';`],
    [
      'the meter importing types of OpenTelemetry',
      'sdk/src/observe/a.ts',
      `import type { Span } from '@opentelemetry/api';`,
    ],
    [
      'fetch importing OpenTelemetry',
      'sdk/src/fetch/a.ts',
      `import { type Span, trace } from '@opentelemetry/api';`,
    ],
    ['a protocol importing OpenTelemetry', 'sdk/src/protocols/a.ts', `import '@opentelemetry/api';`],
    [
      'a relative import into another package',
      'examples/demo/src/a.ts',
      `import '../../../sdk/src/start.ts';`,
    ],
    ['an import of what does not exist', 'sdk/src/a.ts', `import './gone.ts';`],
    [
      'production code importing test code',
      'collector/src/api/a.ts',
      `import '../clickhouse/testing/engine.ts';`,
    ],
    ['process.env in a layer', 'collector/src/query/a.ts', 'export const a = process.env.HOME;'],
    ['process["env"] in a layer', 'collector/src/query/a.ts', `export const a = process['env'];`],
    [
      'env taken apart from process',
      'collector/src/query/a.ts',
      'const { env } = process;\nexport const a = env;',
    ],
    [
      'env imported from node:process',
      'sdk/src/observe/a.ts',
      `import { env } from 'node:process';\nexport const a = env;`,
    ],
  ])('finds %s', async (_, path, source) => {
    await plant(path, source);
    const found = violations(await checkLayers(root));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${path.replaceAll('.', '\\.')}:\\d+ `));
  });

  it.each([
    ['a type', `import type { B } from '@weir/sdk';\nexport type C = B;`],
    ['an inline type', `export type C = import('@weir/sdk').B;`],
    ['a dynamic import', `export const c = () => import('@weir/sdk');`],
    ['a re-export', `export * from '@weir/sdk';`],
    ['a re-exported type', `export type { B } from '@weir/sdk';`],
  ])('finds it when it is %s', async (_, source) => {
    await plant('collector/src/query/a.ts', source);
    expect(violations(await checkLayers(root))).toHaveLength(1);
  });

  it('lets options of the SDK name the types of OpenTelemetry', async () => {
    await plant('sdk/src/fetch/a.ts', `import { type Span, type Context } from '@opentelemetry/api';`);
    expect(await checkLayers(root)).toMatchObject({ status: 'clean' });
  });

  it('is not misled by imports in comments and strings', async () => {
    await plant(
      'collector/src/query/a.ts',
      `// import '@weir/sdk';\nexport const text = "import '@weir/sdk'";`,
    );
    expect(await checkLayers(root)).toMatchObject({ status: 'clean' });
  });

  it('lets tests reach everywhere', async () => {
    await plant('collector/src/query/a.test.ts', `import '@weir/sdk';\nimport '../receive/otlp.ts';`);
    expect(await checkLayers(root)).toMatchObject({ status: 'clean' });
  });

  it('names the line', async () => {
    await plant('collector/src/query/a.ts', `import '../clickhouse/client.ts';\n\nimport '@weir/sdk';`);
    expect(violations(await checkLayers(root))[0]).toContain('collector/src/query/a.ts:3 imports @weir/sdk');
  });

  it('fails over a file that it cannot parse', async () => {
    await plant('sdk/src/a.ts', 'import {');
    await expect(checkLayers(root)).rejects.toThrow(/sdk\/src\/a\.ts cannot be parsed/);
  });

  it('fails when it sees no module of a package', async () => {
    await rm(join(root, 'dashboard/src'), { recursive: true });
    expect(await checkLayers(root)).toEqual({ status: 'nothing-seen', folders: ['dashboard'] });
  });
});
