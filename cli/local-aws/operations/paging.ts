import { ServiceError } from '../errors';

/** A part of a list. The token says where the next part starts, and nothing else. */
export function page<T>(all: readonly T[], token: string | undefined, size: number): { items: readonly T[]; nextToken?: string } {
  const start = token === undefined ? 0 : positionOf(token, all.length);
  const end = start + size;
  return {
    items: all.slice(start, end),
    ...end < all.length ? { nextToken: Buffer.from(`position ${end}`).toString('base64') } : {},
  };
}

function positionOf(token: string, length: number): number {
  const position = /^position (\d+)$/.exec(Buffer.from(token, 'base64').toString())?.[1];
  if (position === undefined || Number(position) > length) throw new ServiceError('InvalidNextTokenException', 'The NextToken value is invalid.');
  return Number(position);
}
