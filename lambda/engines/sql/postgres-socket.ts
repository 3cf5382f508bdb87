import { connect as connectTcp, isIP, Socket } from 'net';
import { connect as connectTls, TLSSocket } from 'tls';
import { translateError } from './postgres-errors';
import { RotationError } from '../../core/errors';

/** Length 8, then the code that asks for TLS. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);
const ACCEPTED = 'S';

export interface Address {
  readonly host: string;
  readonly port: number;
  /** Certificates of the authorities that are trusted; without it, those of Node.js. */
  readonly authorities?: string;
}

/**
 * A TLS connection to a PostgreSQL server, without a login. That the driver does not make it has two reasons: here is no way
 * to clear text, and the login, which must be quick, can come later.
 */
export async function openSocket({ host, port, authorities }: Address, milliseconds: number): Promise<TLSSocket> {
  let socket: Socket = connectTcp({ host, port, noDelay: true });
  const timer = setTimeout(() => socket.destroy(new RotationError('TIMEOUT', 'the database did not answer in time')), milliseconds);
  try {
    await once(socket, 'connect');
    socket.write(SSL_REQUEST);
    const answer = await once<Buffer>(socket, 'data');
    socket.pause();
    // More than one byte would be clear text that somebody put before the handshake.
    if (answer.toString('latin1') !== ACCEPTED) throw new RotationError('TLS', 'the server does not offer TLS');
    socket = connectTls({
      socket,
      host,
      servername: isIP(host) ? undefined : host,
      ca: authorities,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
    });
    await once(socket, 'secureConnect');
    return socket as TLSSocket;
  } catch (error) {
    socket.destroy();
    throw translateError(error);
  } finally {
    clearTimeout(timer);
  }
}

function once<T>(socket: Socket, event: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (action: () => void): void => {
      socket.off(event, onEvent).off('error', onError).off('close', onClose);
      // An error that comes later, when nobody waits, must not end the process.
      socket.on('error', () => {});
      action();
    };
    const onEvent = (value: T): void => settle(() => resolve(value));
    const onError = (error: Error): void => settle(() => reject(error));
    const onClose = (): void => settle(() => reject(Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' })));
    socket.once(event, onEvent).once('error', onError).once('close', onClose);
  });
}
