import { TLSSocket } from 'tls';
import { limited } from '../limited';
import { translateError } from './errors';
import { RotationError } from '../../../core/errors';
import { Address, once, openTcp, startTls } from '../sockets';

/** Length 8, then the code that asks for TLS. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);
const ACCEPTED = 'S';

/**
 * A TLS connection to a PostgreSQL server, without a login. That the driver does not make it has two reasons: here is no way
 * to clear text, and the login, which must be quick, can come later.
 *
 * @param authorities certificates of the authorities that are trusted, as PEM; without it, those of Node.js
 */
export async function openSocket(address: Address, authorities: string | undefined, milliseconds: number): Promise<TLSSocket> {
  const socket = openTcp(address);
  try {
    return await limited(socket, milliseconds, async () => {
      await once(socket, 'connect');
      socket.write(SSL_REQUEST);
      const answer = await once<Buffer>(socket, 'data');
      socket.pause();
      // More than one byte would be clear text that somebody put before the handshake.
      if (answer.toString('latin1') !== ACCEPTED) throw new RotationError('TLS', 'the server does not offer TLS');
      const secured = startTls(socket, address.host, authorities);
      await once(secured, 'secureConnect');
      return secured;
    });
  } catch (error) {
    throw translateError(error);
  }
}
