import { defineConfig } from 'vitest/config';

const TESTS = '**/*.test.ts?(x)';
const BUILT = ['**/node_modules/**', '**/dist/**', '**/out/**', '**/.toolchain/**'];

export default defineConfig({
  test: {
    // Integration suites start a ClickHouse each: more of them at once than cores only makes all of them slow.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: [TESTS],
          exclude: [...BUILT, 'e2e/**', '**/*.integration.test.ts?(x)', '**/*.streams.test.ts?(x)'],
        },
      },
      {
        test: {
          name: 'integration',
          include: ['**/*.integration.test.ts?(x)'],
          exclude: [...BUILT, 'e2e/**'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'streams',
          include: ['**/*.streams.test.ts?(x)'],
          exclude: [...BUILT, 'e2e/**'],
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/src/**/*.test.ts'],
          exclude: BUILT,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
