import { parseArgs } from 'node:util';
import type { KeyInput } from '@weir/schemas/api';

export type Command =
  | { readonly name: 'create'; readonly input: Partial<KeyInput> }
  | { readonly name: 'list'; readonly project: string | undefined }
  | { readonly name: 'revoke'; readonly id: string }
  | { readonly name: 'projects' };

export type ReadCommand =
  | { readonly status: 'read'; readonly command: Command; readonly url: string | undefined }
  | { readonly status: 'help' }
  | { readonly status: 'invalid'; readonly message: string };

export const usage = `usage:
  npm run keys -- create --label <what uses it> [--project <name>] [--origin <page>]… [--rate <spans/s>] [--burst <spans>]
  npm run keys -- create --label <what uses it> [--project <name>] --reads
  npm run keys -- list [--project <name>]
  npm run keys -- revoke <id>
  npm run keys -- projects

The collector must be running. It is looked for at http://127.0.0.1:4318, or at the port that WEIR_PORT says, or at
--url <address>. If it has a password, set WEIR_DASHBOARD_PASSWORD to it.`;

const options = {
  project: { type: 'string' },
  label: { type: 'string' },
  origin: { type: 'string', multiple: true },
  rate: { type: 'string' },
  burst: { type: 'string' },
  reads: { type: 'boolean' },
  url: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Options that only `create` has. */
const ofCreate = ['label', 'origin', 'rate', 'burst', 'reads'] as const;

type Given = ReturnType<
  typeof parseArgs<{ args: string[]; options: typeof options; allowPositionals: true }>
>;

export function readCommand(args: readonly string[]): ReadCommand {
  let given: Given;
  try {
    given = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    return invalid(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = given;
  const [name, ...rest] = positionals;
  if (values.help === true || name === undefined || name === 'help') return { status: 'help' };
  const surplus = name === 'create' ? undefined : ofCreate.find((option) => values[option] !== undefined);
  if (surplus !== undefined) return invalid(`${name} has no --${surplus}.`);
  const read = commandOf(name, rest, values);
  return 'message' in read ? read : { status: 'read', command: read, url: values.url };
}

function commandOf(name: string, rest: readonly string[], values: Given['values']): Command | Invalid {
  const [id, ...surplus] = rest;
  const first = name === 'revoke' ? surplus[0] : id;
  if (first !== undefined) return invalid(`There is no place for ${JSON.stringify(first)}.`);
  switch (name) {
    case 'create':
      return creation(values);
    case 'list':
      return { name, project: values.project };
    case 'revoke':
      return id === undefined ? invalid('Say which: `list` shows the ids.') : { name, id };
    case 'projects':
      return { name };
    default:
      return invalid(`There is no command ${JSON.stringify(name)}.`);
  }
}

function creation({ project, label, origin, rate, burst, reads }: Given['values']): Command | Invalid {
  if (label === undefined) return invalid('Say with --label what uses the key, such as --label web.');
  const spansPerSecond = rate === undefined ? undefined : Number(rate);
  const burstSpans = burst === undefined ? undefined : Number(burst);
  for (const [option, value] of Object.entries({ rate: spansPerSecond, burst: burstSpans })) {
    if (value !== undefined && !Number.isInteger(value))
      return invalid(`--${option} must be a whole number of spans.`);
  }
  return {
    name: 'create',
    input: {
      label,
      ...(project !== undefined && { project }),
      ...(reads !== undefined && { reads }),
      ...(origin !== undefined && { origins: origin }),
      ...(spansPerSecond !== undefined && { spansPerSecond }),
      ...(burstSpans !== undefined && { burstSpans }),
    },
  };
}

type Invalid = Extract<ReadCommand, { status: 'invalid' }>;

function invalid(message: string): Invalid {
  return { status: 'invalid', message };
}
