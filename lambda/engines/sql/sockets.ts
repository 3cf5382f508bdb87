import { connect, isIP, Socket } from 'net';
import { connect as connectTls, TLSSocket } from 'tls';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A connection that is about to be made. */
export function openTcp({ host, port }: Address): Socket {
  return tolerant(connect({ host, port, noDelay: true }));
}

/**
 * TLS on a connection, with a server whose identity is verified.
 *
 * @param authorities certificates of the authorities that are trusted, as PEM; without it, those of Node.js
 */
export function startTls(socket: Socket, host: string, authorities: string | undefined): TLSSocket {
  return tolerant(connectTls({
    socket,
    host,
    servername: isIP(host) ? undefined : host,
    ca: authorities,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
  }));
}

/** Waits for an event. Fails when there is an error before, or the end. */
export function once<T>(socket: Socket, event: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (action: () => void): void => {
      socket.off(event, onEvent).off('error', onError).off('close', onClose);
      action();
    };
    const onEvent = (value: T): void => settle(() => resolve(value));
    const onError = (error: Error): void => settle(() => reject(error));
    const onClose = (): void => settle(() => reject(Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' })));
    socket.once(event, onEvent).once('error', onError).once('close', onClose);
  });
}

/** An error that comes when nobody waits must not end the process. */
function tolerant<S extends Socket>(socket: S): S {
  return socket.on('error', () => {});
}
