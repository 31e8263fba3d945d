import { attributeMeanings } from '@weir/schemas/attribute-meanings';
import {
  type AttributeDefinition,
  attributes,
  customDimensionPrefix,
  linkTypeKey,
  linkTypes,
  lostSpansKey,
  maxCustomDimensions,
  maxDimensionValueLength,
  openReport,
  resourceAttributes,
} from '@weir/schemas/attributes';
import { dimensions } from '@weir/schemas/stream-record';
import { markdownTable } from './markdown-table.ts';

/** @returns docs/attributes.md. */
export function attributesDocument(): string {
  return `<!-- Made by \`npm run docs\` from schemas/src/attributes.ts. -->
# Attributes

One span per stream. Names of OpenTelemetry's conventions are used where they exist; the rest is under \`weir.\`.
A value that is not known is not set.

## On the span

${attributeTable(attributes)}

## On the resource

${attributeTable(resourceAttributes)}

## Your own dimensions

\`${customDimensionPrefix}<name>\` becomes a dimension that panels group and filter by, as \`dimension.<name>\`: at most
${maxCustomDimensions} on a stream, values of at most ${maxDimensionValueLength} characters.

## On any span of an export

\`${lostSpansKey}\`: how many spans the sender had to drop since it last said so. It says nothing of the span that it is
on; the collector counts it as \`lostSpans\` of the pipeline.

## On reports of open streams

A span with \`${openReport.phaseKey}\` = \`${openReport.phase}\` is not a stream. Its parent is the span of a stream that has not
ended, it lasts from the call until now, and it has the attributes above as far as they are known. Its sender promises
another one, or the end, within \`${openReport.nextReportKey}\` seconds (double). \`${openReport.parentKey}\` is the parent of the
stream's own span. What never ends is stored as \`lost\`, from the last report.

## Links between spans

A span link carries \`${linkTypeKey}\`: ${linkTypes.map((type) => `\`${type}\``).join(', ')}.

## Dimensions of the HTTP API

${markdownTable(
  ['`by` and `filter`', 'Attribute'],
  Object.entries(dimensions).map(([name, field]) => [`\`${name}\``, sourceOf(field)]),
)}
`;
}

function attributeTable(table: Readonly<Record<string, AttributeDefinition>>): string {
  return markdownTable(
    ['Attribute', 'Type', 'Unit', 'API name', 'Meaning'],
    Object.entries(table).map(([name, { key, type, unit }]) => [
      `\`${key}\``,
      type,
      unit ?? '',
      `\`${name}\``,
      attributeMeanings[name as keyof typeof attributeMeanings],
    ]),
  );
}

function sourceOf(field: string): string {
  const definition = { ...attributes, ...resourceAttributes }[field as keyof typeof attributes];
  return definition ? `\`${definition.key}\`` : `\`${field}\` of the span`;
}
