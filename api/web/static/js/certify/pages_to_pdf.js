/**
 * Puts photographs of pages into one PDF, each JPEG with its own bytes, on paper of A4's height (ISO 32000-1 §7.5, §8.9.5).
 */

const A4_LONG_PT = 841.89;
const ascii = new TextEncoder();

/**
 * @param {{jpeg: Uint8Array, width: number, height: number}[]} pages in their order
 * @returns {Blob}
 */
export function pagesToPdf(pages) {
  const parts = [];
  const offsets = [];
  let length = 0;
  const write = (...told) => {
    for (const part of told) {
      const bytes = typeof part === "string" ? ascii.encode(part) : part;
      parts.push(bytes);
      length += bytes.length;
    }
  };
  const object = (number, ...body) => {
    offsets[number] = length;
    write(`${number} 0 obj\n`, ...body, "\nendobj\n");
  };
  write("%PDF-1.7\n", new Uint8Array([37, 226, 227, 207, 211, 10]));
  object(1, "<< /Type /Catalog /Pages 2 0 R >>");
  const kids = pages.map((_, at) => `${3 + at * 3} 0 R`).join(" ");
  object(2, `<< /Type /Pages /Count ${pages.length} /Kids [${kids}] >>`);
  for (const [at, page] of pages.entries()) {
    const ratio = A4_LONG_PT / Math.max(page.width, page.height);
    const wide = (page.width * ratio).toFixed(2);
    const high = (page.height * ratio).toFixed(2);
    const number = 3 + at * 3;
    const show = `q ${wide} 0 0 ${high} 0 0 cm /Page Do Q`;
    object(number, `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${wide} ${high}] /Resources << /XObject << /Page ${number + 2} 0 R >> >> /Contents ${number + 1} 0 R >>`);
    object(number + 1, `<< /Length ${show.length} >>\nstream\n${show}\nendstream`);
    object(number + 2, `<< /Type /XObject /Subtype /Image /Width ${page.width} /Height ${page.height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode /Length ${page.jpeg.length} >>\nstream\n`, page.jpeg, "\nendstream");
  }
  const table = length;
  const rows = offsets.slice(1).map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  write(`xref\n0 ${offsets.length}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${offsets.length} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`);
  return new Blob(parts, { type: "application/pdf" });
}
