import type { Alteration, Refusal, Rejection, Skip } from '@weir/schemas/receiving';

/** What the collector's reasons for not keeping something mean, and what to do about them. */
interface ReasonWords {
  readonly name: string;
  readonly meaning: string;
}

/** A reason without words does not compile. */
const words: Readonly<Record<Rejection | Skip | Refusal | Alteration, ReasonWords>> = {
  // Rejected spans
  invalid_id: {
    name: 'Id missing or malformed',
    meaning: 'Trace or span id missing, or of the wrong length.',
  },
  no_time: { name: 'No time', meaning: 'Start or end time missing.' },
  ended_before_start: {
    name: 'Ended before it began',
    meaning: 'The end is before the start: check the exporter.',
  },
  future: {
    name: 'In the future',
    meaning: 'Ended more than 10 minutes from now: check the clock of the sender.',
  },
  too_old: { name: 'Too old', meaning: 'Started longer ago than streams are kept.' },
  // Skipped spans
  unrelated: { name: 'Not about a model', meaning: 'Says nothing of a model call. Nothing to do.' },
  sampled_out: {
    name: 'Sampled out',
    meaning: 'Normal streams that their sender dropped. Counts stay right: others weigh more.',
  },
  open_report: {
    name: 'Open streams',
    meaning: 'Reports of streams that have not ended. Nothing to do: they count when they end, or are lost.',
  },
  observed: {
    name: 'Measured by the Weir SDK',
    meaning: 'Encloses a call whose stream the Weir SDK reports itself.',
  },
  not_a_model_call: {
    name: 'Not a model call',
    meaning: 'Agent, tool, chain, embedding or a wrapper around model calls.',
  },
  // Altered values
  text_cut: { name: 'Cut text', meaning: 'A text was longer than is kept.' },
  list_cut: { name: 'Cut list', meaning: 'A list was longer than is kept.' },
  attribute_dropped: {
    name: 'Attribute dropped',
    meaning: 'A span or resource has more than 1,024 attributes.',
  },
  dimension_dropped: {
    name: 'Custom dimension dropped',
    meaning: 'More than 16 on a stream or 64 in a project, or a name over 64 characters.',
  },
  value_overflow: {
    name: 'Too many values of a dimension',
    meaning: 'Stored as `other`: an id or a free text may be where a dimension belongs.',
  },
  value_dropped: { name: 'Unusable value', meaning: 'Of the wrong type, or out of range.' },
  // Refused requests
  missing_key: { name: 'No key', meaning: 'Give the exporter an ingest key.' },
  unknown_key: {
    name: 'Unknown key',
    meaning: 'Not a key of this collector: see that it is complete, or create one.',
  },
  revoked_key: { name: 'Revoked key', meaning: 'Give the sender a new key.' },
  forbidden_origin: {
    name: 'Page not allowed',
    meaning: 'The key names other origins: create one for the pages that send.',
  },
  rate_limited: {
    name: 'Over the rate of its key',
    meaning: 'More spans per second than the key allows. Senders try again by themselves.',
  },
  undecodable: { name: 'Not OTLP', meaning: 'The body is neither OTLP protobuf nor OTLP JSON.' },
  too_large: {
    name: 'Too large',
    meaning: 'Larger than the limit, also after decompression: send smaller batches.',
  },
  unsupported_type: {
    name: 'Unknown content type',
    meaning: 'Only application/x-protobuf and application/json are taken.',
  },
  unsupported_method: {
    name: 'Not sent with POST',
    meaning: 'Something reads or writes /v1/traces in another way: check what it is.',
  },
  spool_full: {
    name: 'Spool full',
    meaning: 'What waits for ClickHouse took all the disk it may. Senders try again by themselves.',
  },
  spool_failed: {
    name: 'Disk failing',
    meaning: 'The disk of the collector is full or broken. Senders try again by themselves.',
  },
  stopping: {
    name: 'Stopping',
    meaning: 'The collector was shutting down. Senders try again by themselves.',
  },
  memory: {
    name: 'Out of memory',
    meaning: 'The collector was at its memory limit. Senders try again by themselves.',
  },
  reader_lost: {
    name: 'Reading thread lost',
    meaning:
      'What read the request ended before it was done; its log says why. Senders try again by themselves.',
  },
  timeout: {
    name: 'Too slow',
    meaning: 'The request did not arrive whole in time: check the network of the sender.',
  },
  cancelled: {
    name: 'Given up',
    meaning: 'The sender left before its answer. Exporters send again; often their time limit is short.',
  },
  internal: { name: 'Internal error', meaning: 'Look into the log of the collector, and please report it.' },
};

/** @returns a reason in words; one that this version does not know is written out as it is. */
export function pipelineReason(reason: string): ReasonWords {
  const known = Object.hasOwn(words, reason) ? words[reason as keyof typeof words] : undefined;
  if (known !== undefined) return known;
  const text = reason.replaceAll(/[_-]+/g, ' ');
  return { name: text.slice(0, 1).toUpperCase() + text.slice(1), meaning: '' };
}

/** Why a request did not reach an endpoint that it was forwarded to. */
const drops: Readonly<Record<string, string>> = {
  queue_full: 'the endpoint is away or slow, and newer ones needed the room',
  refused: 'the endpoint does not want them; the log says what it answered',
  expired: 'the endpoint did not take them in time',
  stopping: 'the collector stopped before the endpoint took them',
  loop: 'they had been here before: two collectors forward to each other',
};

/** @returns why forwarded requests were dropped; a reason that this version does not know is written out as it is. */
export function dropReason(reason: string): string {
  return drops[reason] ?? reason.replaceAll(/[_-]+/g, ' ');
}
