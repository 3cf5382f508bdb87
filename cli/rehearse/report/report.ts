import { renderCrashes } from './crash-table';
import { renderRotation } from './rotation-table';
import { RehearsalReport } from '../rotation-report';

/** The report for people. */
export function renderReport({ rotations, failed, leftOut, servers }: RehearsalReport): string {
  const parts = rotations.flatMap((rotation) => (rotation.crashes ? [renderRotation(rotation), renderCrashes(rotation.crashes)] : [renderRotation(rotation)]));
  if (failed.length > 0) parts.push(['the rehearsal failed:', ...failed.map(({ name, error }) => `  ${name}: ${error}`)].join('\n'));
  if (leftOut.length > 0) parts.push(['not rehearsed:', ...leftOut.map(({ name, reason }) => `  ${name}: ${reason}`)].join('\n'));
  const whole = rotations.filter(({ broken }) => broken.length === 0);
  const against = servers.map(({ title, source }) => `${title} (${source})`).join(' and ');
  parts.push(rotations.length === 0 ? 'nothing was rehearsed'
    : `${whole.length} of ${rotations.length + failed.length} rotations rehearsed without a broken invariant, against ${against}`);
  return parts.join('\n\n');
}
