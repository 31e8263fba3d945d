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

function request(headers: Record<string, string>, method = 'GET') {
  return { headers, method } as Parameters<Access['checkReader']>[0];
}
