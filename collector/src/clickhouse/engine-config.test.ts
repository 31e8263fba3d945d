import { describe, expect, it } from 'vitest';
import { engineConfig, sizeEngine } from './engine-config.ts';

const GIB = 1024 ** 3;

describe('sizeEngine', () => {
  it('takes half of the memory and one merge thread a core', () => {
    expect(sizeEngine({ memoryBytes: 32 * GIB, cores: 8 })).toEqual({
      memoryBytes: 16 * GIB,
      backgroundThreads: 8,
    });
  });

  it('keeps a working minimum on a small machine and a bound on a large one', () => {
    expect(sizeEngine({ memoryBytes: GIB / 2, cores: 1 })).toEqual({
      memoryBytes: GIB,
      backgroundThreads: 2,
    });
    expect(sizeEngine({ memoryBytes: 512 * GIB, cores: 192 }).backgroundThreads).toBe(16);
  });
});

describe('engineConfig', () => {
  const config = engineConfig({
    dataDir: '/srv/a & <b>',
    httpPort: 18_123,
    password: 'secret',
    sizing: sizeEngine({ memoryBytes: 8 * GIB, cores: 4 }),
  });

  it('writes any path as well-formed XML', () => {
    expect(config).toContain('<path>/srv/a &amp; &lt;b&gt;/clickhouse/</path>');
  });

  it('listens on loopback alone', () => {
    expect(config).toContain('<listen_host>127.0.0.1</listen_host>');
  });

  it('frees merges and mutations from thresholds that a small pool never reaches', () => {
    expect(config).toContain(
      '<number_of_free_entries_in_pool_to_execute_mutation>4</number_of_free_entries_in_pool_to_execute_mutation>',
    );
  });
});
