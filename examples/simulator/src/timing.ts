import { logNormal, type Random } from './random.ts';

/** When the parts of one answer leave. All in milliseconds before the simulator's `timeScale` is applied. */
export interface Timing {
  /** From the request to the response headers. */
  readonly headersMs: number;
  /** From the request to the first content chunk. */
  readonly ttftMs: number;
  /** Median of the pause between two content chunks. */
  readonly gapMs: number;
  /** Spread (sigma of the logarithm) of the pauses; 0 makes every pause exactly `gapMs`. */
  readonly jitter: number;
  /** Content chunks in the answer (per choice). */
  readonly chunks: number;
}

/** What a request or the simulator's options may set; the rest comes from the model. */
export type TimingOverrides = Partial<Timing>;

export const MAX_CHUNKS = 100_000;

/** How the model treats its chain of thought on the wire. */
export type Reasoning = 'none' | 'hidden' | 'visible';

interface ModelProfile {
  readonly pattern: RegExp;
  readonly ttftMs: number;
  readonly gapMs: number;
  readonly reasoning: Reasoning;
  /** Median time a model thinks without showing it. */
  readonly thinkMs: number;
}

// Medians of the order seen on hosted models; the first matching row wins.
const PROFILES: readonly ModelProfile[] = [
  { pattern: /^(o[134]|gpt-[5-9])/, ttftMs: 900, gapMs: 14, reasoning: 'hidden', thinkMs: 6000 },
  {
    pattern: /deepseek-r|reasoner|qwen3|qwq|thinking/,
    ttftMs: 800,
    gapMs: 24,
    reasoning: 'visible',
    thinkMs: 0,
  },
  { pattern: /mini|nano|haiku|flash|lite/, ttftMs: 380, gapMs: 9, reasoning: 'none', thinkMs: 0 },
  { pattern: /opus|pro|405b/, ttftMs: 1300, gapMs: 34, reasoning: 'none', thinkMs: 0 },
  { pattern: /llama|mistral|gemma|phi|qwen/, ttftMs: 300, gapMs: 32, reasoning: 'none', thinkMs: 0 },
];
const DEFAULT_PROFILE: ModelProfile = {
  pattern: /^/,
  ttftMs: 650,
  gapMs: 20,
  reasoning: 'none',
  thinkMs: 0,
};

const TTFT_SIGMA = 0.35;
const GAP_SIGMA = 0.45;
const CHUNKS_MEDIAN = 110;
const CHUNKS_SIGMA = 0.6;
const CHUNKS_USUAL_MAX = 600;
/** Providers answer with headers when generation starts, a little before the first token. */
const HEADERS_SHARE = 0.8;

function profileOf(model: string): ModelProfile {
  return PROFILES.find((profile) => profile.pattern.test(model)) ?? DEFAULT_PROFILE;
}

export function reasoningOf(model: string): Reasoning {
  return profileOf(model).reasoning;
}

/**
 * The timing of one answer. A value the caller sets is used exactly (as the median, if `jitter` is set too);
 * everything else is drawn from the model's distribution.
 */
export function timingFor(model: string, overrides: TimingOverrides, random: Random): Timing {
  const profile = profileOf(model);
  const drawnTtft =
    logNormal(random, profile.ttftMs, TTFT_SIGMA) + logNormal(random, profile.thinkMs, TTFT_SIGMA);
  const drawnChunks = Math.round(logNormal(random, CHUNKS_MEDIAN, CHUNKS_SIGMA));
  const jitter = overrides.jitter ?? (overrides.gapMs === undefined ? GAP_SIGMA : 0);
  const ttftMs =
    overrides.ttftMs === undefined ? drawnTtft : logNormal(random, overrides.ttftMs, overrides.jitter ?? 0);
  return {
    ttftMs,
    headersMs: overrides.headersMs ?? ttftMs * HEADERS_SHARE,
    gapMs: overrides.gapMs ?? profile.gapMs,
    jitter,
    chunks: overrides.chunks ?? Math.min(CHUNKS_USUAL_MAX, Math.max(8, drawnChunks)),
  };
}
