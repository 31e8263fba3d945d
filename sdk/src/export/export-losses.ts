/** Why a span never reached the collector. */
export const lossCauses = {
  queue_full: 'the collector is away or slow, and no more spans can be held',
  refused: 'the collector refuses them',
  shutdown: 'the program ends while the collector cannot be reached',
} as const;
export type LossCause = keyof typeof lossCauses;

/** Counts the spans that were lost before they were sent, for the log, for a metric, and for the collector. */
export interface ExportLosses {
  lost(spans: number, cause: LossCause): void;
  /** @returns how many spans the collector does not know to be lost; whoever takes the count has it sent. */
  take(): number;
  /** What was taken could not be sent after all. */
  giveBack(spans: number): void;
  /** The collector takes spans again. */
  recovered(): void;
}

export interface ExportLossesOptions {
  /** Adds to a metric. */
  readonly count: (spans: number, cause: LossCause) => void;
  readonly warn: (message: string) => void;
}

/** Logs once when spans begin to be lost, and once, with their number, when they are sent again. */
export function createExportLosses({ count, warn }: ExportLossesOptions): ExportLosses {
  let unreported = 0;
  let inEpisode = 0;
  return {
    lost(spans, cause) {
      if (spans === 0) return;
      if (inEpisode === 0) warn(`weir: spans are lost, because ${lossCauses[cause]}`);
      inEpisode += spans;
      unreported += spans;
      count(spans, cause);
    },
    take() {
      const taken = unreported;
      unreported = 0;
      return taken;
    },
    giveBack(spans) {
      unreported += spans;
    },
    recovered() {
      if (inEpisode > 0) warn(`weir: spans are sent again; ${inEpisode} were lost`);
      inEpisode = 0;
    },
  };
}
