import { describe, expect, it } from 'vitest';
import { type Access, createAccess } from './access.ts';

describe('who may read', () => {
  it('is also whoever comes by the public name it was given', () => {
    const access = createAccess({ publicUrl: 'https://weir.example.com/' });
    const ask = (host: string) => () => access.checkReader(request({ host }));
    expect(ask('weir.example.com')).not.toThrow();
    expect(ask('weir.example.org')).toThrow(/WEIR_DASHBOARD_PASSWORD/);
  });

  it('may change things through that name too', () => {
    const access = createAccess({ publicUrl: 'https://weir.example.com', dashboardPassword: 'open sesame' });
    const authorization = `Basic ${Buffer.from('anyone:open sesame').toString('base64')}`;
    const change = (origin: string) => () =>
      access.checkReader(request({ host: '10.0.0.7:4318', origin, authorization }, 'POST'));
    expect(change('https://weir.example.com')).not.toThrow();
    expect(change('https://evil.example')).toThrow(/other origins/);
  });
});

describe('a key that reads', () => {
  const readers = { readerOf: (secret: string) => (secret === 'weir_reads' ? 'shop' : undefined) };
  const withPassword = createAccess({ readers, dashboardPassword: 'open sesame' });
  const ask = (headers: Record<string, string>, over: Record<string, unknown> = {}) => {
    const asked = { ...request({ host: 'localhost', ...headers }), query: { project: 'shop' } };
    const routeOptions = { schema: { tags: ['questions'] } };
    return () =>
      withPassword.checkReader({ ...asked, routeOptions, ...over } as unknown as Parameters<
        Access['checkReader']
      >[0]);
  };
  const key = { authorization: 'Bearer weir_reads' };

  it.each<[string, Record<string, string>]>([
    ['as a bearer token', key],
    ['as x-weir-key', { 'x-weir-key': 'weir_reads' }],
    ['as a password', { authorization: `Basic ${Buffer.from('any:weir_reads').toString('base64')}` }],
  ])('is let in %s', (_, headers) => {
    expect(ask(headers)).not.toThrow();
  });

  it.each([
    ['another project', { query: { project: 'other' } }],
    ['no project', { query: {} }],
    ['two projects', { query: { project: ['shop', 'other'] } }],
    ['a change', { method: 'POST' }],
    ['what is of the installation', { routeOptions: { schema: { tags: ['keys'] } } }],
    ['what is no question', { routeOptions: {} }],
  ])('is refused for %s', (_, over) => {
    expect(ask(key, over)).toThrow(/reads .*project shop/);
  });

  it('is nobody when it is another', () => {
    expect(ask({ authorization: 'Bearer weir_other' })).toThrow(/Log in/);
  });
});

function request(headers: Record<string, string>, method = 'GET') {
  return { headers, method } as Parameters<Access['checkReader']>[0];
}
