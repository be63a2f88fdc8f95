// One preview picture, cut out of its sheet and made to fit.
import { place, type Still as Found } from "./stills";

interface StillProps {
  found: Found;
  width: number;
  height: number;
  /** Fills the frame and loses its edges, or is seen whole. */
  whole?: boolean;
  url: (file: string, pictures: number) => string;
}

export function Still({ found, width, height, whole, url }: StillProps) {
  const { sheet } = found;
  const { x, y } = place(found);
  const fit = whole === true ? Math.min : Math.max;
  const scale = fit(width / sheet.width, height / sheet.height);
  return (
    <span class="still" style={{ width: `${width}px`, height: `${height}px` }}>
      <i
        data-test="still"
        data-sheet={sheet.file}
        data-k={found.k}
        data-ms={found.ms}
        style={{
          width: `${sheet.width * scale}px`,
          height: `${sheet.height * scale}px`,
          backgroundImage: `url("${url(sheet.file, sheet.at.length)}")`,
          backgroundSize: `${sheet.columns * sheet.width * scale}px auto`, // A sheet may already be higher than the index knows.
          backgroundPosition: `${-x * scale}px ${-y * scale}px`,
        }}
      />
    </span>
  );
}
