const lineHeight = 12;

export interface PlacedLabel {
  readonly text: string;
  readonly colour: string;
  /** Middle of the line of text, px from the top. */
  readonly y: number;
}

/** Moves labels apart that would overlap, keeping their order and no label below `bottom`. */
export function spreadLabels(labels: readonly PlacedLabel[], bottom: number): readonly PlacedLabel[] {
  const sorted = labels.toSorted((a, b) => a.y - b.y);
  const spread: PlacedLabel[] = [];
  for (const label of sorted) {
    const above = spread.at(-1);
    spread.push({ ...label, y: above === undefined ? label.y : Math.max(label.y, above.y + lineHeight) });
  }
  let limit = bottom;
  return spread
    .toReversed()
    .map((label) => {
      const y = Math.min(label.y, limit);
      limit = y - lineHeight;
      return { ...label, y };
    })
    .toReversed();
}
