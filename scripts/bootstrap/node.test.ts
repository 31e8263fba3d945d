import { describe, expect, it } from 'vitest';
import { chooseNode } from './node.mjs';

describe('chooseNode', () => {
  it.each(['24.0.0', '24.21.0', '26.1.0'])('uses Node %s as it is', (version) => {
    expect(chooseNode({ version, platform: 'linux-x64' })).toEqual({ status: 'current' });
  });

  it.each(['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'])('has a package for %s', (platform) => {
    expect(chooseNode({ version: '20.20.2', platform })).toMatchObject({
      status: 'package',
      version: expect.stringMatching(/^(24|26)\.\d+\.\d+$/),
    });
  });

  it('has none where npm has none', () => {
    expect(chooseNode({ version: '20.20.2', platform: 'win32-x64' })).toEqual({ status: 'unavailable' });
  });
});
