import { defaultProject, type KeyInput, projectNamePattern } from '@weir/schemas/api';

/** A key as it stands in the form: all of it text. */
export interface KeyDraft {
  readonly label: string;
  readonly project: string;
  /** Whether it reads the project and does not send; the fields below are then of no account. */
  readonly reads: boolean;
  /** With blanks, commas or lines between. */
  readonly origins: string;
  readonly spansPerSecond: string;
}

export function newDraft(project: string): KeyDraft {
  return { label: '', project, reads: false, origins: '', spansPerSecond: '' };
}

export type DraftProblems = Readonly<Partial<Record<keyof KeyDraft, string>>>;

export type CheckedDraft =
  | { readonly status: 'valid'; readonly input: KeyInput }
  | { readonly status: 'invalid'; readonly problems: DraftProblems };

const projectName = new RegExp(projectNamePattern);

/** What the collector would refuse is said beside the field, before it is sent. */
export function checkDraft(draft: KeyDraft): CheckedDraft {
  const label = draft.label.trim();
  const project = draft.project.trim() || defaultProject;
  const origins = draft.reads ? [] : draft.origins.split(/[\s,]+/).filter((origin) => origin !== '');
  const rate = draft.reads ? '' : draft.spansPerSecond.trim();
  const wrongOrigin = origins.find((origin) => !/^[a-z][a-z0-9+.-]*:\/\/[^\s/?#*@]+\/?$/i.test(origin));
  const problems: DraftProblems = {
    ...(label === '' && { label: 'Say what uses it: you will want to know when you revoke it.' }),
    ...(label.length > 64 && { label: '64 characters at most.' }),
    ...(!projectName.test(project) && {
      project: 'Up to 32 of a-z, 0-9, - and _, beginning with a letter or digit.',
    }),
    ...(wrongOrigin !== undefined && { origins: `${wrongOrigin} is no origin; write https://shop.example.` }),
    ...(origins.length > 32 && { origins: '32 pages at most.' }),
    ...(rate !== '' && !isRate(rate) && { spansPerSecond: 'A whole number from 1 to 10,000,000, or empty.' }),
  };
  if (Object.keys(problems).length > 0) return { status: 'invalid', problems };
  const limited = rate === '' ? {} : { spansPerSecond: Number(rate) };
  return { status: 'valid', input: { label, project, reads: draft.reads, origins, ...limited } };
}

function isRate(text: string): boolean {
  const rate = Number(text);
  return Number.isInteger(rate) && rate >= 1 && rate <= 10_000_000;
}
