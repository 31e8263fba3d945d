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
const titleHeight = 32;

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
  canvas.width = scale * (Math.max(...images.map(({ width }) => width)) + 2 * padding);
  canvas.height = scale * (images.reduce((sum, { height }) => sum + height, titleHeight) + 2 * padding);
  context.scale(scale, scale);
  context.fillStyle = style.backgroundColor;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = style.color;
  context.font = `600 14px ${style.fontFamily}`;
  context.textBaseline = 'top';
  context.fillText(title, padding, padding);
  let top = padding + titleHeight;
  for (const image of images) {
    context.drawImage(image, padding, top);
    top += image.height;
  }
  return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? undefined), 'image/png'));
}
