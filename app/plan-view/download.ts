// Getting a plan out of the page.

/** What of an element's style is part of a drawing. */
const DRAWN = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-linecap",
  "stroke-opacity",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
] as const;

/** How many pixels a drawing's unit has in a picture. */
const SCALE = 2;
/** Browsers refuse canvases much larger than this. */
const LARGEST_SIDE = 12_000;

export function download(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Copies a text; where the browser does not let a page do so, selects it. */
export async function copyText(text: string, shown: HTMLElement): Promise<string> {
  try {
    await navigator.clipboard.writeText(text);
    return "Copied";
  } catch {
    getSelection()?.selectAllChildren(shown);
    return "Selected: copy it with Ctrl+C";
  }
}

/** The drawing as a file of its own, in the colours it has on the page. */
export function drawingAsSvg(drawing: SVGSVGElement): Blob {
  return new Blob([source(drawing)], { type: "image/svg+xml" });
}

export async function drawingAsPng(drawing: SVGSVGElement): Promise<Blob> {
  const { width, height } = drawing.viewBox.baseVal;
  const scale = Math.min(SCALE, LARGEST_SIDE / Math.max(width, height));
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(source(drawing))}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(width * scale);
  canvas.height = Math.ceil(height * scale);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas");
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))));
  });
}

/** The drawing with its style in attributes: a file of its own has no style sheet. */
function source(drawing: SVGSVGElement): string {
  const { width, height } = drawing.viewBox.baseVal;
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const originals = drawing.querySelectorAll("*");
  const copies = Array.from(copy.querySelectorAll("*"));
  const hidden: Element[] = [];
  originals.forEach((original, place) => {
    const twin = copies[place];
    if (!twin) return;
    const style = getComputedStyle(original);
    if (style.display === "none" && original.localName !== "title") hidden.push(twin);
    for (const property of DRAWN) twin.setAttribute(property, style.getPropertyValue(property));
    twin.removeAttribute("class");
  });
  for (const element of hidden) element.remove();
  // Links lead to places of the page.
  for (const link of copy.querySelectorAll("a")) link.removeAttribute("href");
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  ground.setAttribute("width", "100%");
  ground.setAttribute("height", "100%");
  ground.setAttribute("fill", groundColour(drawing));
  copy.prepend(ground);
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  copy.removeAttribute("class");
  return new XMLSerializer().serializeToString(copy);
}

/** The first colour behind the drawing that is not transparent. */
function groundColour(drawing: Element): string {
  for (let element: Element | null = drawing; element; element = element.parentElement) {
    const colour = getComputedStyle(element).backgroundColor;
    if (colour !== "rgba(0, 0, 0, 0)" && colour !== "transparent") return colour;
  }
  return "white";
}
