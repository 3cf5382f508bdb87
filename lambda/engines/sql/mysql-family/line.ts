import { Socket } from 'net';
import { createConnection } from 'mysql2';
import { CONNECT_LIMIT, limited } from '../limited';
import { DriverConnection, MysqlConnection, MysqlCredential } from './connection';
import { translateMysqlError } from './errors';
import { EngineContext, Line, Session } from '../../../core/engine';
import { RotationError } from '../../../core/errors';
import { once, openTcp, startTls } from '../sockets';

const HEADER_LENGTH = 4;

export interface MysqlLineOptions {
  /** Certificates of the authorities that are trusted, as PEM. Without it, those of Node.js and of NODE_EXTRA_CA_CERTS. */
  readonly authorities?: string;
  readonly openSession: (connection: MysqlConnection, credential: MysqlCredential) => Session<MysqlCredential>;
}

/** What the driver does not declare. It has no way to log in later than it connects, nor one to verify a host that is an address. */
interface Driver extends DriverConnection {
  readonly packetParser: { execute(data: Buffer): void };
  /** Called when the server offers TLS; the driver sends user name and password when it is told that the connection is secure. */
  startTLS: (onSecure: () => void) => void;
}

/**
 * A connection to a server that speaks the protocol of MySQL, with verified TLS, on which nobody has logged in yet. Until the login
 * the driver knows neither user name nor password, so nothing can reach a server that was not verified.
 */
export class MysqlLine implements Line<MysqlCredential> {
  public static async dial({ host, port }: MysqlCredential, context: EngineContext, options: MysqlLineOptions): Promise<MysqlLine> {
    const socket = openTcp({ host, port });
    try {
      return await limited(socket, context.slice(CONNECT_LIMIT), async () => {
        await once(socket, 'connect');
        await awaitGreeting(socket);
        return MysqlLine.secure(socket, host, context, options);
      });
    } catch (error) {
      throw translateMysqlError(error, 'login');
    }
  }

  private static secure(stream: Socket, host: string, context: EngineContext, options: MysqlLineOptions): Promise<MysqlLine> {
    return new Promise((resolve, reject) => {
      const driver = createConnection({ stream, ssl: {}, connectTimeout: 0, disableEval: true, trace: false }) as Driver;
      driver.on('error', reject);
      driver.startTLS = (sendCredentials) => {
        stream.removeAllListeners('data');
        const secured = startTls(stream, host, options.authorities);
        secured.on('error', reject);
        secured.on('data', (data) => driver.packetParser.execute(data));
        secured.once('secureConnect', () => resolve(new MysqlLine(driver, sendCredentials, context, options)));
        driver.stream = secured;
      };
      stream.resume();
    });
  }

  private constructor(
    private readonly driver: Driver,
    private readonly sendCredentials: () => void,
    private readonly context: EngineContext,
    private readonly options: MysqlLineOptions,
  ) {}

  public async login(credential: MysqlCredential): Promise<Session<MysqlCredential>> {
    const { username, password, database } = credential;
    try {
      await limited(this.driver.stream, this.context.slice(CONNECT_LIMIT), () => new Promise<void>((resolve, reject) => {
        this.driver.once('connect', () => resolve()).once('error', reject);
        Object.assign(this.driver.config, { user: username, password, database });
        this.sendCredentials();
      }));
    } catch (error) {
      throw translateMysqlError(error, 'login');
    }
    return this.options.openSession(new MysqlConnection(this.driver, username, this.context), credential);
  }

  public async close(): Promise<void> {
    this.driver.stream.destroy();
  }
}

/**
 * Waits until the first packet of the server is there, and leaves it there for the driver. More than one packet would be clear
 * text that somebody put before the handshake.
 */
async function awaitGreeting(socket: Socket): Promise<void> {
  let received = Buffer.alloc(0);
  const length = (): number => HEADER_LENGTH + (received.length < HEADER_LENGTH ? 0 : received.readUIntLE(0, 3));
  while (received.length < HEADER_LENGTH || received.length < length()) {
    received = Buffer.concat([received, await once<Buffer>(socket, 'data')]);
  }
  socket.pause();
  if (received.length > length()) throw new RotationError('TLS', 'the server sent clear text before the handshake');
  socket.unshift(received);
}
