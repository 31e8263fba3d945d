import { parseArgs } from 'node:util';
import type { DeletionInput, RetentionDays } from '@weir/schemas/api';

export type Command =
  | { readonly name: 'delete'; readonly input: Omit<DeletionInput, 'dryRun'>; readonly isConfirmed: boolean }
  | { readonly name: 'deletions' }
  | { readonly name: 'retention' }
  | { readonly name: 'keep'; readonly project: string; readonly days: RetentionDays }
  | { readonly name: 'keep-default'; readonly project: string };

export type ReadCommand =
  | { readonly status: 'read'; readonly command: Command; readonly url: string | undefined }
  | { readonly status: 'help' }
  | { readonly status: 'invalid'; readonly message: string };

export const usage = `usage:
  npm run data -- delete --user <hash> | --session <id> | --conversation <id> [--project <name>] [--yes]
  npm run data -- deletions
  npm run data -- retention
  npm run data -- retention --project <name> --raw-days <days> --rollup-days <days>
  npm run data -- retention --project <name> --default

delete counts what there is, and deletes it with --yes.

The collector must be running. It is looked for at http://127.0.0.1:4318, or at the port that WEIR_PORT says, or at
--url <address>. If it has a password, set WEIR_DASHBOARD_PASSWORD to it.`;

const options = {
  project: { type: 'string' },
  user: { type: 'string' },
  session: { type: 'string' },
  conversation: { type: 'string' },
  yes: { type: 'boolean' },
  'raw-days': { type: 'string' },
  'rollup-days': { type: 'string' },
  default: { type: 'boolean' },
  url: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const optionsOf: Readonly<Record<string, readonly (keyof typeof options)[]>> = {
  delete: ['project', 'user', 'session', 'conversation', 'yes'],
  deletions: [],
  retention: ['project', 'raw-days', 'rollup-days', 'default'],
};

type Values = ReturnType<typeof parseArgs<{ args: string[]; options: typeof options }>>['values'];

export function readCommand(args: readonly string[]): ReadCommand {
  const parsed = parse(args);
  if ('message' in parsed) return parsed;
  const { values, positionals } = parsed;
  const [name, surplus] = positionals;
  if (values.help === true || name === undefined || name === 'help') return { status: 'help' };
  const allowed = optionsOf[name];
  if (allowed === undefined) return invalid(`There is no command ${JSON.stringify(name)}.`);
  if (surplus !== undefined) return invalid(`There is no place for ${JSON.stringify(surplus)}.`);
  const { url, help: _, ...rest } = values;
  const foreign = Object.keys(rest).find((option) => !allowed.some((own) => own === option));
  if (foreign !== undefined) return invalid(`${name} has no --${foreign}.`);
  const command = commandOf(name, values);
  return 'message' in command ? command : { status: 'read', command, url };
}

function parse(args: readonly string[]): { values: Values; positionals: string[] } | Invalid {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    return invalid(error instanceof Error ? error.message : String(error));
  }
}

function commandOf(name: string, values: Values): Command | Invalid {
  if (name === 'delete') return deletion(values);
  return name === 'deletions' ? { name } : retention(values);
}

function deletion({ project = 'default', yes = false, ...values }: Values): Command | Invalid {
  const given = (['user', 'session', 'conversation'] as const).flatMap((subject) => {
    const id = values[subject];
    return id === undefined ? [] : [{ project, subject, id }];
  });
  const [input, another] = given;
  if (input === undefined || another !== undefined) {
    return invalid('Say whose data with one of --user, --session and --conversation.');
  }
  return { name: 'delete', input, isConfirmed: yes };
}

function retention(values: Values): Command | Invalid {
  const { project } = values;
  const [rawDays, rollupDays] = [values['raw-days'], values['rollup-days']];
  const saysDays = rawDays !== undefined || rollupDays !== undefined;
  if (!saysDays && values.default !== true) {
    return project === undefined ? { name: 'retention' } : invalid('Say how long, or --default.');
  }
  if (project === undefined) return invalid('Say with --project which project is meant.');
  if (!saysDays) return { name: 'keep-default', project };
  const days = { rawDays: Number(rawDays), rollupDays: Number(rollupDays) };
  if (values.default === true || !Object.values(days).every(Number.isInteger)) {
    return invalid('Say --raw-days and --rollup-days, both whole numbers, or --default alone.');
  }
  return { name: 'keep', project, days };
}

type Invalid = Extract<ReadCommand, { status: 'invalid' }>;

function invalid(message: string): Invalid {
  return { status: 'invalid', message };
}
