// A QR code as one path of an SVG: no canvas, no data: address, nothing from elsewhere.
import { create } from "qrcode";

const QUIET = 4; // modules of white around it, as ISO/IEC 18004 asks

export function qrPath(text: string): { size: number; path: string } {
  const { size, data } = create(text, { errorCorrectionLevel: "M" }).modules;
  let path = "";
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) if (data[y * size + x] === 1) path += `M${x + QUIET} ${y + QUIET}h1v1h-1z`;
  return { size: size + 2 * QUIET, path };
}

export function Qr({ text, label }: { text: string; label: string }) {
  const { size, path } = qrPath(text);
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges" data-test="qr">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
