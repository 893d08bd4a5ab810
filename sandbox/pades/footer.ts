import { degrees, rgb, type PDFPage } from '@cantoo/pdf-lib';
import type { SandboxJob } from '../jobs/job.js';
import type { PadesFonts } from './front-page.js';
import { encodable, wrap } from './page-text.js';

const SIZE = 7;
const LEADING = 9;
const SIDE = 28;
const INK = rgb(0.36, 0.39, 0.44);
const LINE = rgb(0.84, 0.85, 0.88);

/**
 * Adds a footer with the names of the signers to a page. The page grows by the footer's height, so that nothing on it
 * is covered, moved or scaled. `Rotate` turns the page in a viewer, and the footer with it.
 */
export function drawFooter(
  page: PDFPage,
  content: { readonly job: SandboxJob; readonly fonts: PadesFonts; readonly place: string },
): void {
  const { job, fonts, place } = content;
  const turn = (((page.getRotation().angle % 360) + 360) % 360) as 0 | 90 | 180 | 270;
  const box = page.getCropBox();
  const isSideways = turn === 90 || turn === 270;
  const shownWidth = isSideways ? box.height : box.width;
  const names = job.signers.filter(({ status }) => status === 'SIGNED').map(({ name }) => name);
  const lines = [
    ...wrap(`Signert av ${names.join(', ')}`, {
      font: fonts.regular,
      size: SIZE,
      width: shownWidth - 2 * SIDE,
    }),
    encodable(fonts.regular, place),
  ];
  const height = lines.length * LEADING + 12;

  const grown = {
    x: box.x - (turn === 270 ? height : 0),
    y: box.y - (turn === 0 ? height : 0),
    width: box.width + (isSideways ? height : 0),
    height: box.height + (isSideways ? 0 : height),
  };
  page.setMediaBox(grown.x, grown.y, grown.width, grown.height);
  page.setCropBox(grown.x, grown.y, grown.width, grown.height);

  // Converts a position on the displayed page, from its lower left corner, to the page's coordinates.
  const point = (right: number, up: number): { x: number; y: number } => {
    switch (turn) {
      case 0:
        return { x: grown.x + right, y: grown.y + up };
      case 90:
        return { x: grown.x + grown.width - up, y: grown.y + right };
      case 180:
        return { x: grown.x + grown.width - right, y: grown.y + grown.height - up };
      case 270:
        return { x: grown.x + up, y: grown.y + grown.height - right };
    }
  };
  page.drawLine({
    start: point(SIDE, height - 2),
    end: point(shownWidth - SIDE, height - 2),
    thickness: 0.5,
    color: LINE,
  });
  for (const [index, line] of lines.entries()) {
    const up = height - 4 - (index + 1) * LEADING;
    page.drawText(line, {
      ...point(SIDE, up),
      size: SIZE,
      font: fonts.regular,
      color: INK,
      rotate: degrees(turn),
    });
  }
}
