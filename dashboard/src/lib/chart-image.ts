/** Draws the charts of a panel as one picture, as they look now. */

/** What a chart's elements get from the style sheet, which a picture does not have. */
const inlinedProperties = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-opacity',
  'opacity',
  'font-family',
  'font-size',
  'text-anchor',
] as const;

const scale = 2;
const padding = 16;
const titleHeight = 28;
const legendLine = 18;
const legendLines = 2;
const swatch = 9;

function withInlineStyles(svg: SVGSVGElement): SVGSVGElement {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = svg.querySelectorAll('*');
  for (const [index, element] of copy.querySelectorAll('*').entries()) {
    const original = originals[index];
    if (original === undefined) continue;
    const style = getComputedStyle(original);
    for (const property of inlinedProperties)
      element.setAttribute(property, style.getPropertyValue(property));
  }
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return copy;
}

async function imageOf(svg: SVGSVGElement): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(withInlineStyles(svg)))}`;
  await image.decode();
  return image;
}

interface LegendEntry {
  readonly colour: string;
  readonly text: string;
}

function legendOf(panel: Element): readonly LegendEntry[] {
  return [...panel.querySelectorAll('[data-legend] > li')].map((entry) => ({
    colour: getComputedStyle(entry.firstElementChild ?? entry).backgroundColor,
    text: entry.textContent ?? '',
  }));
}

/** Writes the names of the series with their colours, in as many lines as they need. */
function drawLegend(
  context: CanvasRenderingContext2D,
  entries: readonly LegendEntry[],
  place: { readonly top: number; readonly width: number; readonly ink: string },
): void {
  let left = padding;
  let { top } = place;
  for (const { colour, text } of entries) {
    const width = swatch + 6 + context.measureText(text).width;
    if (left > padding && left + width > place.width - padding) {
      left = padding;
      top += legendLine;
    }
    context.fillStyle = colour;
    context.fillRect(left, top + 1, swatch, swatch);
    context.fillStyle = place.ink;
    context.fillText(text, left + swatch + 6, top);
    left += width + 14;
  }
}

/**
 * @param panel the element whose charts are drawn, one below the other
 * @returns a PNG, or undefined when the panel has no chart or the browser cannot draw it
 */
export async function chartImage(panel: Element, title: string): Promise<Blob | undefined> {
  const charts = [...panel.querySelectorAll<SVGSVGElement>('.recharts-wrapper > svg')];
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  if (charts.length === 0 || context === null) return undefined;
  const images = await Promise.all(charts.map(imageOf));
  const style = getComputedStyle(panel);
  const width = Math.max(...images.map((image) => image.width)) + 2 * padding;
  const legendHeight = legendLine * legendLines;
  const chartsHeight = images.reduce((sum, { height }) => sum + height, 0);
  canvas.width = scale * width;
  canvas.height = scale * (titleHeight + legendHeight + chartsHeight + 2 * padding);
  context.scale(scale, scale);
  context.fillStyle = style.backgroundColor;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = style.color;
  context.textBaseline = 'top';
  context.font = `600 14px ${style.fontFamily}`;
  context.fillText(title, padding, padding);
  context.font = `11px ${style.fontFamily}`;
  drawLegend(context, legendOf(panel), { top: padding + titleHeight, width, ink: style.color });
  let top = padding + titleHeight + legendHeight;
  for (const image of images) {
    context.drawImage(image, padding, top);
    top += image.height;
  }
  return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? undefined), 'image/png'));
}
