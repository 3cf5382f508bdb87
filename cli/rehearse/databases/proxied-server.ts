import { Login } from './stand-in';
import { TcpProxy } from '../../servers/tcp-proxy';

/** A real server on this machine. */
interface Server {
  readonly port: number;
  log(): string;
  stop(): Promise<void>;
}

/** The proxy by which functions reach a server. The server ends when there can be none. */
export async function startProxy(server: Server): Promise<TcpProxy> {
  try {
    return await TcpProxy.start(server.port);
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** What stand-ins have in common, whatever the server is. */
export abstract class ProxiedServer<S extends Server> {
  public constructor(protected readonly server: S, public readonly proxy: TcpProxy) {}

  public logsIn(login: Login): Promise<boolean> {
    return this.succeeds(login, 'SELECT 1');
  }

  public log(): string {
    return this.server.log();
  }

  public async stop(): Promise<void> {
    await this.proxy.close();
    await this.server.stop();
  }

  /** Whether a login gets in and may do something. */
  protected abstract succeeds(login: Login, statement: string): Promise<boolean>;
}
