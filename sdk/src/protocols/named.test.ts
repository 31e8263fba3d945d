import { expect, it } from 'vitest';
import { protocols } from './index.ts';
import { protocolGiven, protocolNames } from './named.ts';

it('every protocol goes by its name', () => {
  const named = new Set(protocolNames.map((name) => protocolGiven(name).name));
  expect(named).toEqual(new Set(protocols.map(({ name }) => name)));
  expect(protocolGiven('anthropic').name).toBe('anthropic_messages');
});

it('a protocol itself is taken as it is', () => {
  for (const protocol of protocols) expect(protocolGiven(protocol)).toBe(protocol);
});

it('a name that there is not is refused, with those that there are', () => {
  expect(() => protocolGiven('openai' as 'openai_chat')).toThrow(
    /there is no protocol "openai"; there are openai_chat, .*anthropic, .*ndjson$/,
  );
});
