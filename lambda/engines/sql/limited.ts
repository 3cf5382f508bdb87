import { Socket } from 'net';
import { RotationError } from '../../core/errors';

/** In milliseconds, less when the deadline is near. */
export const CONNECT_LIMIT = 5_000;
export const STATEMENT_LIMIT = 10_000;
export const FAREWELL_LIMIT = 500;

/**
 * Gives an action on a connection so much time. A server that says nothing keeps nobody waiting: the connection is given up,
 * whatever the server does with the statement, and so it is after every error.
 */
export async function limited<T>(socket: Socket, milliseconds: number, action: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new RotationError('TIMEOUT', 'the database did not answer in time')), milliseconds);
  });
  try {
    // A driver would wait for ever for a connection that has ended already.
    if (socket.destroyed) throw new RotationError('NETWORK', 'the database ended the connection');
    return await Promise.race([action(), silence]);
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
